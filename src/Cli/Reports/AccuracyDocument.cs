using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using LlmSim.Cli.Charts;
using LlmSim.Cli.Output;
using LlmSim.Model.Calibration;
using LlmSim.Model.Catalog;
using LlmSim.Model.Cost;
using LlmSim.Validation.Comparison;
using LlmSim.Validation.Measurements;
using LlmSim.Validation.Published;

namespace LlmSim.Cli.Reports;

/// <summary>The document on accuracy (docs/validation.md) with its charts, made anew from measurements by one command.</summary>
internal sealed class AccuracyDocument
{
    /// <summary>Fewer points than this are told by the table alone.</summary>
    private const int LeastPoints = 5;

    private readonly StringBuilder _text = new();
    private readonly string _charts;
    private readonly ImmutableArray<ComparedRow> _rows;
    private readonly ImmutableArray<ComparedRow> _carried;

    private AccuracyDocument(string charts, ImmutableArray<ComparedRow> rows, ImmutableArray<ComparedRow> carried) =>
        (_charts, _rows, _carried) = (charts, rows, carried);

    /// <summary>Writes the document and, in a folder of its name beside it, its charts.</summary>
    /// <param name="path">The Markdown file.</param>
    /// <param name="rows">Measurements priced by the efficiencies of their devices.</param>
    /// <param name="carried">The same with every device's own measurements left out.</param>
    public static void Write(string path, ImmutableArray<ComparedRow> rows, ImmutableArray<ComparedRow> carried)
    {
        string folder = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, Path.GetFileNameWithoutExtension(path));
        Directory.CreateDirectory(folder);
        var document = new AccuracyDocument(folder, rows, carried);
        document.Head();
        document.Tables();
        document.CrossValidation();
        document.CarriedOver();
        document._text.Append(AccuracyNotes.NotModelled);
        document.Faulty();
        document.Published();
        AccuracyFormats.Write(document._text);
        string temporary = path + ".tmp";
        File.WriteAllText(temporary, document._text.ToString());
        File.Move(temporary, path, overwrite: true);
    }

    private void Head()
    {
        ErrorMetrics? all = ErrorMetrics.Of([.. _rows.Where(static row => row.Counts)]);
        _text.Append("# How far predictions lie from measurements\n\n")
            .Append("Made by `llmsim validate --measurements DIR --report docs/validation.md`; do not edit it by hand.\n\n")
            .Append(CultureInfo.InvariantCulture, $"{Words.Count(_rows.Count(static row => row.Counts))} measured numbers were priced by the calls that `run` uses: ")
            .Append(CultureInfo.InvariantCulture, $"mean error {Percent(all?.Mape)}, median {Percent(all?.MedianApe)}, inside the stated 90 % band {Percent(all?.BandCoverage)}.\n\n")
            .Append("Errors are of |predicted / measured − 1|; bias is the median of predicted / measured, less one; band is the share of measurements inside\n")
            .Append("the 90 % band that the prediction states. Constants were fitted on tables of kernels; the errors that a fit makes on shapes it never read are in\n")
            .Append("[Cross-validation](#cross-validation).\n\n");
    }

    private void Tables()
    {
        foreach (IGrouping<string, ComparedRow> table in _rows.GroupBy(static row => row.Row.Table, StringComparer.Ordinal).OrderBy(static t => t.Key, StringComparer.Ordinal))
        {
            ImmutableArray<ComparedRow> counted = [.. table.Where(static row => row.Counts)];
            _text.Append(CultureInfo.InvariantCulture, $"## {table.Key}\n\n");
            if (counted.IsEmpty)
            {
                _text.Append(CultureInfo.InvariantCulture, $"None of its {Words.Count(table.Count())} numbers could be priced.\n\n");
                Reasons(table);
                continue;
            }

            bool oneMetric = counted.Select(static row => row.Row.Metric).Distinct(StringComparer.Ordinal).Count() == 1;
            Errors(
                oneMetric ? ["GPU", "format", "source"] : ["GPU", "format", "source", "metric"],
                table, row => oneMetric ? [row.Gpu, row.Format, row.Source] : [row.Gpu, row.Format, row.Source, row.Metric]);
            Reasons(table);
            foreach (IGrouping<string, ComparedRow> metric in counted.GroupBy(static row => row.Row.Metric, StringComparer.Ordinal).Where(static m => m.Count() >= LeastPoints))
            {
                string name = oneMetric ? table.Key : $"{table.Key}-{metric.Key}";
                AccuracyChart.Scatter(
                    Path.Combine(_charts, name + ".png"), oneMetric ? table.Key : $"{table.Key}: {metric.Key}", Unit(metric.Key),
                    [.. metric.GroupBy(static row => $"{row.Row.Gpu} {row.Row.Format}".Trim(), StringComparer.Ordinal).OrderBy(static g => g.Key, StringComparer.Ordinal).Select(static g => (g.Key, g.ToImmutableArray()))]);
                _text.Append(CultureInfo.InvariantCulture, $"![{name}: predicted over measured]({Path.GetFileName(_charts)}/{name}.png)\n\n");
            }
        }
    }

    private void CrossValidation()
    {
        _text.Append("## Cross-validation\n\n")
            .Append("Five folds that keep whole groups together (weights' shape, heads, model): errors on groups that the fit did not read, and constants that were free.\n\n")
            .Append("| efficiency | constants | rows | groups | mean | median | free |\n|---|---|---|---|---|---|---|\n");
        foreach (string name in EfficiencyCatalog.Section.Names)
        {
            foreach (EfficiencyRow row in EfficiencyRow.Of(EfficiencyCatalog.Section.Find(name)).Where(static row => row.Fit is { MeanError: > 0 }))
            {
                FitRecord fit = row.Fit!;
                _text.Append(CultureInfo.InvariantCulture, $"| {name} | {row.Path} | {Words.Count(fit.Rows)} | {Words.Count(fit.Groups)} ")
                    .Append(CultureInfo.InvariantCulture, $"| {Percent(fit.MeanError)} | {Percent(fit.MedianError)} | {fit.RelativeErrors.Count(static e => e > 0)} |\n");
            }
        }

        _text.Append('\n');
    }

    private void CarriedOver()
    {
        if (_carried.IsEmpty)
        {
            return;
        }

        _text.Append("## Carried over\n\n").Append(AccuracyNotes.CarryOver);
        Errors(["table", "GPU", "format"], _carried, static row => [row.Table, row.Gpu, row.Format]);
    }

    private void Faulty()
    {
        ILookup<string, ComparedRow> faulty = _rows.Where(static row => row.Row.Faulty is not null && row.Skipped is null)
            .ToLookup(static row => $"{row.Row.Table}: {row.Row.Faulty}", StringComparer.Ordinal);
        _text.Append("## Rows known to be faulty\n\nPriced, but apart from the errors above; listed with conditions in `known-bad-rows.json`.\n\n| rows | mean error | table and reason |\n|---|---|---|\n");
        foreach (IGrouping<string, ComparedRow> reason in faulty.OrderBy(static g => g.Key, StringComparer.Ordinal))
        {
            _text.Append(CultureInfo.InvariantCulture, $"| {Words.Count(reason.Count())} | {Percent(ErrorMetrics.Of([.. reason])?.Mape)} | {reason.Key} |\n");
        }

        _text.Append('\n');
    }

    private void Published()
    {
        ImmutableArray<MeasurementFile> files = PublishedTables.Read();
        MeasuredRow[] rows = [.. files.SelectMany(static file => file.Rows)];
        ImmutableArray<ComparedRow> compared = MeasurementComparison.Compare(rows, Predictors.All(null), 2, CancellationToken.None);
        _text.Append("## Published tables\n\nTyped from the papers that they cite; a fit never reads them, and `llmsim validate` alone fails where one leaves its tolerance.\n\n")
            .Append("| table | metric | rows | mean error | tolerance |\n|---|---|---|---|---|\n");
        foreach (ToleranceResult result in Tolerances.Check(compared))
        {
            _text.Append(CultureInfo.InvariantCulture, $"| {result.Table} | {result.Metric} | {result.Rows} | {Percent(result.Mape)} | {Percent(result.Limit)} |\n");
        }

        _text.Append('\n');
    }

    private void Errors(string[] titles, IEnumerable<ComparedRow> rows, Func<MeasuredRow, string[]> names)
    {
        _text.Append(CultureInfo.InvariantCulture, $"| {string.Join(" | ", titles)} | rows | mean | median | p90 | bias | band |\n|{string.Concat(Enumerable.Repeat("---|", titles.Length + 6))}\n");
        foreach (IGrouping<string, ComparedRow> group in rows.GroupBy(row => string.Join(" | ", names(row.Row)), StringComparer.Ordinal).OrderBy(static g => g.Key, StringComparer.Ordinal))
        {
            ComparedRow[] counted = [.. group.Where(static row => row.Counts)];
            if (ErrorMetrics.Of(counted) is { } e)
            {
                _text.Append(CultureInfo.InvariantCulture, $"| {group.Key} | {Words.Count(counted.Length)} | {Percent(e.Mape)} | {Percent(e.MedianApe)} | {Percent(e.P90Ape)} ")
                    .Append(CultureInfo.InvariantCulture, $"| {(e.Bias < 0 ? string.Empty : "+")}{Percent(e.Bias)} | {Percent(e.BandCoverage)} |\n");
            }
        }

        _text.Append('\n');
    }

    private void Reasons(IEnumerable<ComparedRow> rows)
    {
        string[] reasons = [.. rows.Select(static row => row.Skipped).OfType<string>().CountBy(static r => r).OrderBy(static r => r.Key, StringComparer.Ordinal).Select(static r => $"{Words.Count(r.Value)} × {r.Key}")];
        if (reasons.Length > 0)
        {
            _text.Append(CultureInfo.InvariantCulture, $"Skipped: {string.Join("; ", reasons)}.\n\n");
        }
    }

    private static string Unit(string metric) => metric.EndsWith("seconds", StringComparison.Ordinal) || metric == "seconds_per_step" ? "s" : metric.Replace('_', ' ');

    private static string Percent(double? share) => share is { } value ? Words.Percent(value) : "-";
}
