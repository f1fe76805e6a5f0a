using System.Collections.Immutable;
using LlmSim.Model.Calibration;
using LlmSim.Model.Cost;
using LlmSim.Validation.Comparison;
using LlmSim.Validation.Measurements;
using LlmSim.Validation.Measurements.Serving;
using LlmSim.Validation.Measurements.Training;
using LlmSim.Validation.Published;

namespace LlmSim.Validation.Fitting;

/// <summary>What whole steps and whole servers spread beyond the errors of their kernels.</summary>
/// <remarks>
/// Constants are left alone: a simulation of each row for each trial of each constant would take hours, and one measured run of the user tells them better.
/// The spread is what the residuals of whole runs have left once the band that kernels alone give is taken off, as variances add.
/// </remarks>
internal static class WholeRuns
{
    private const double Tail = 0.05;

    /// <summary>Half width that is left at least, relative: software and machines that no row has.</summary>
    private const double LeastSpread = 0.06;

    private static readonly ErrorBand Exact = new(1, 1);

    /// <summary>First words of the names of published tables, such as <c>narayanan</c>: a fit never reads what was typed from a paper.</summary>
    private static readonly ImmutableHashSet<string> Published = [.. PublishedTables.Names.Select(static name => name.Split('-')[0])];

    /// <summary>Whether a row measures the time of a whole step or of a server's output token, and no paper published it.</summary>
    public static bool Reads(MeasuredRow row) => row.Work switch
    {
        TrainWork => row.Metric != StepMetrics.PeakMemory && !Published.Contains(row.Source.Split('-')[0]),
        ServeWork => row.Metric == ServeMetrics.Tpot,
        _ => false,
    };

    /// <summary>The efficiency with the spreads of the runs in these rows, and how they were found.</summary>
    public static Efficiency Spread(Efficiency efficiency, IReadOnlyList<MeasuredRow> rows, ImmutableArray<string> tables, out FittedRow? fitted)
    {
        bool isTraining = rows[0].Work is TrainWork;
        Efficiency bare = isTraining ? With(efficiency, efficiency.Training, Exact) : With(efficiency, efficiency.ServingHost, Exact);
        ImmutableArray<ComparedRow> compared = MeasurementComparison.Compare(rows, Predictors.All(bare), 2, CancellationToken.None);
        ComparedRow[] counted = [.. compared.Where(static row => row.Counts)];
        fitted = null;
        if (counted.Length < 10)
        {
            return efficiency;
        }

        (double Log, double Weight)[] logs = [.. Weighted(counted).OrderBy(static row => row.Log)];
        double kernelLow = Median(counted.Select(static row => Math.Log(IsRate(row.Row) ? row.Prediction.Value / row.Prediction.High : row.Prediction.Low / row.Prediction.Value)));
        double kernelHigh = Median(counted.Select(static row => Math.Log(IsRate(row.Row) ? row.Prediction.Value / row.Prediction.Low : row.Prediction.High / row.Prediction.Value)));
        double low = Quantile(logs, Tail);
        double high = Quantile(logs, 1 - Tail);
        var band = new ErrorBand(Math.Exp(-Rest(-low, -kernelLow)), Math.Exp(Rest(high, kernelHigh)));
        double[] errors = [.. counted.Select(static row => row.AbsoluteError).Order()];
        FitRecord Record<T>(Calibrated<T> row)
            where T : IConstants<T> => new()
            {
                Tables = tables,
                Rows = counted.Length,
                Groups = counted.Select(static r => r.Row.Group).Distinct(StringComparer.Ordinal).Count(),
                RelativeErrors = row.Fit?.RelativeErrors ?? [.. Enumerable.Repeat(0d, T.Table.Length)],
                Correlation = row.Fit?.Correlation ?? [.. Enumerable.Range(0, T.Table.Length * T.Table.Length).Select(static i => i / T.Table.Length == i % T.Table.Length ? 1d : 0d)],
                Spread = new([new(0.01, band)]),
                MeanError = errors.Average(),
                MedianError = errors[errors.Length / 2],
            };
        FitRecord record = isTraining ? Record(efficiency.Training) : Record(efficiency.ServingHost);
        fitted = new(isTraining ? "training" : "serving_host", record, [], [], null);
        return isTraining
            ? efficiency with { Training = efficiency.Training with { Fit = record } }
            : efficiency with { ServingHost = efficiency.ServingHost with { Fit = record } };
    }

    /// <summary>Logarithms of measured over predicted times; rows of one group share their kernels, so that each group counts once.</summary>
    private static IEnumerable<(double Log, double Weight)> Weighted(ComparedRow[] rows)
    {
        var sizes = rows.GroupBy(static row => row.Row.Group, StringComparer.Ordinal).ToDictionary(static group => group.Key, static group => group.Count(), StringComparer.Ordinal);
        return rows.Select(row => ((IsRate(row.Row) ? -1 : 1) * Math.Log(row.Row.Measured / row.Prediction.Value), 1d / sizes[row.Row.Group]));
    }

    /// <summary>The value below which a share of the weight lies.</summary>
    private static double Quantile((double Log, double Weight)[] sorted, double share)
    {
        double below = share * sorted.Sum(static row => row.Weight);
        int last = 0;
        for (double sum = sorted[0].Weight; sum < below && last < sorted.Length - 1; sum += sorted[last].Weight)
        {
            last++;
        }

        return sorted[last].Log;
    }

    private static bool IsRate(MeasuredRow row) => row.Work is TrainWork && row.Metric != StepMetrics.Seconds;

    /// <summary>What is left of a half width once another independent one is taken off; at least a little, for what no row showed.</summary>
    private static double Rest(double whole, double part) => Math.Sqrt(Math.Max(LeastSpread * LeastSpread, (Math.Max(0, whole) * Math.Max(0, whole)) - (part * part)));

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }

    private static Efficiency With<T>(Efficiency efficiency, Calibrated<T> row, ErrorBand band)
        where T : IConstants<T>
    {
        FitRecord record = (row.Fit ?? new FitRecord
        {
            Tables = [],
            Rows = 1,
            Groups = 1,
            RelativeErrors = [.. Enumerable.Repeat(0d, T.Table.Length)],
            Correlation = [.. Enumerable.Range(0, T.Table.Length * T.Table.Length).Select(static i => i / T.Table.Length == i % T.Table.Length ? 1d : 0d)],
            Spread = ResidualSpread.NotValidated,
            MeanError = 0,
            MedianError = 0,
        }) with
        { Spread = new([new(0.01, band)]) };
        Calibrated<T> changed = row with { Fit = record };
        return changed switch
        {
            Calibrated<TrainingConstants> training => efficiency with { Training = training },
            Calibrated<ServingHostConstants> host => efficiency with { ServingHost = host },
            _ => efficiency,
        };
    }
}
