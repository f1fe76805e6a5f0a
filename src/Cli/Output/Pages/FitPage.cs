using LlmSim.Model.Catalog;
using LlmSim.Model.Cost;
using LlmSim.Validation.Fitting;

namespace LlmSim.Cli.Output.Pages;

/// <summary>What a fit found, for people.</summary>
internal static class FitPage
{
    /// <summary>A fit on tables.</summary>
    public static Page Fit(this Page page, EfficiencyFitResult result, string path)
    {
        page.Title("Fit", $"{result.Efficiency.Name}, constants of {result.Efficiency.Device}")
            .Table(
                ["constants", ">rows", ">groups", ">mean", ">median", ">from 1/8", "~at a bound"],
                result.Rows.Where(static row => row.Record is not null).Select(static row => (IReadOnlyList<string>)
                [
                    row.Path, Words.Count(row.Record!.Rows), Words.Count(row.Record.Groups), Words.Percent(row.Record.MeanError), Words.Percent(row.Record.MedianError),
                    row.LearningCurve.IsEmpty ? "-" : Words.Percent(row.LearningCurve[0].MeanError), string.Join(", ", row.AtBound),
                ]))
            .Remark("mean and median absolute error of rows in groups that the fit did not read; 'from 1/8' with an eighth of the other groups only");
        page.Notes("Left as they were", result.Rows.Where(static row => row.Refused is not null).Select(static row => $"{row.Path}: {row.Refused}"));
        page.Notes("Rows that no fit read", result.Unused.Select(static unused => $"{Words.Count(unused.Value)}: {unused.Key}"));
        return page.Remark($"written to {path}; 'llmsim validate --efficiency {path} --measurements …' holds it against measurements");
    }

    /// <summary>A calibration on one run.</summary>
    public static Page RunFit(this Page page, Efficiency start, Efficiency fitted, string path) => page
        .Title("Fit", $"{fitted.Name}, constants that one run tells")
        .Table(
            ["constant", ">was", ">is", ">standard error"],
            Changes(start, fitted).Select(static change => (IReadOnlyList<string>)[change.Path, change.Was.Text, change.Now.Text, change.Now.ErrorText]))
        .Remark("a single run is taken to repeat within 2 %")
        .Remark($"written to {path}; name it in a scenario: efficiency: ./{Path.GetFileName(path)}");

    /// <summary>Constants that differ between two efficiencies.</summary>
    public static IEnumerable<(string Path, ConstantValue Was, ConstantValue Now)> Changes(Efficiency start, Efficiency fitted)
    {
        IEnumerable<(EfficiencyRow Was, EfficiencyRow Now)> rows = EfficiencyRow.Of(start).Zip(EfficiencyRow.Of(fitted));
        return rows.SelectMany(static row => row.Was.Constants.Zip(row.Now.Constants, (was, now) => ($"{row.Now.Path}.{now.Key}", was, now)))
            .Where(static pair => !pair.was.Value.Equals(pair.now.Value));
    }
}
