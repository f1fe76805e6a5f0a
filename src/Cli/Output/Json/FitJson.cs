using LlmSim.Cli.Output.Pages;
using LlmSim.Model.Cost;
using LlmSim.Validation.Fitting;

namespace LlmSim.Cli.Output.Json;

/// <summary>What a fit found, for programs.</summary>
internal static class FitJson
{
    /// <summary>A fit on tables.</summary>
    public static JsonAnswer Fit(this JsonAnswer json, EfficiencyFitResult result, string path) => json
        .Text("kind", "fit")
        .Text("device", result.Efficiency.Device)
        .Text("file", path)
        .List("fitted", result.Rows.Where(static row => row.Record is not null), static (o, row) => o
            .Text("constants", row.Path)
            .Count("rows", row.Record!.Rows)
            .Count("groups", row.Record.Groups)
            .Number("mape", row.Record.MeanError)
            .Number("median_ape", row.Record.MedianError)
            .Texts("at_bound", row.AtBound)
            .List("learning_curve", row.LearningCurve, static (p, point) => p.Count("groups", point.Groups).Number("mape", point.MeanError)))
        .List("refused", result.Rows.Where(static row => row.Refused is not null), static (o, row) => o.Text("constants", row.Path).Text("reason", row.Refused))
        .List("unused_rows", result.Unused, static (o, unused) => o.Text("reason", unused.Key).Count("rows", unused.Value));

    /// <summary>A calibration on one run.</summary>
    public static JsonAnswer RunFit(this JsonAnswer json, Efficiency start, Efficiency fitted, string path) => json
        .Text("kind", "fit")
        .Text("device", fitted.Device)
        .Text("file", path)
        .List("constants", FitPage.Changes(start, fitted), static (o, change) => o
            .Text("constant", change.Path)
            .Number("was", change.Was.Value)
            .Number("is", change.Now.Value)
            .Number("standard_error", change.Now.StandardError));
}
