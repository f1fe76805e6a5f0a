using LlmSim.Model.Calibration;
using LlmSim.Schedules.Serving;
using LlmSim.Validation.Measurements.Serving;

namespace LlmSim.Validation.Comparison;

/// <summary>What the simulation of a measured run showed, and how sure it is.</summary>
/// <param name="Result">The run.</param>
/// <param name="Requests">Each request of a recorded run in order of arrival; empty for other runs.</param>
/// <param name="Bands">How sure the means of the run are.</param>
internal sealed record ServedRun(ServeResult Result, IReadOnlyList<ServedRequest> Requests, ServeBands Bands)
{
    /// <summary>An engine's own figure of its cache was met within 2 %; a round figure, not a fit.</summary>
    private static readonly ErrorBand CacheBand = new(0.9, 1.1);

    /// <summary>The prediction of a metric of the whole run, or of one request.</summary>
    /// <param name="metric">The metric.</param>
    /// <param name="request">Position of the request; negative for the whole run.</param>
    public Prediction Of(string metric, int request)
    {
        double value = request < 0 ? ServeMetrics.Of(metric, Result) : Requests[request].Of(metric);
        ErrorBand band = Band(metric);
        return new(value, value * band.Low, value * band.High);
    }

    /// <summary>Every statistic of a latency, and each request's, is as sure as its mean.</summary>
    private ErrorBand Band(string metric)
    {
        if (metric is ServeMetrics.OutputRate or ServeMetrics.TotalRate or ServeMetrics.RequestRate)
        {
            return Share(Bands.OutputTokensPerSecond, Result.OutputTokensPerSecond);
        }

        return metric switch
        {
            ServeMetrics.KvCapacity => CacheBand,
            _ when metric.StartsWith(ServeMetrics.Ttft, StringComparison.Ordinal) => Share(Bands.Ttft, Result.Ttft?.Mean.Value),
            _ when metric.StartsWith(ServeMetrics.EndToEnd, StringComparison.Ordinal) => EndToEnd(),
            _ => Share(Bands.Tpot, Result.Tpot?.Mean.Value),
        };
    }

    /// <summary>A request takes its first token's time, and then the time per token as often as it has tokens.</summary>
    private ErrorBand EndToEnd()
    {
        double whole = Result.EndToEnd?.Mean.Value ?? 1;
        double first = Math.Min(1, (Result.Ttft?.Mean.Value ?? whole) / whole);
        (ErrorBand before, ErrorBand after) = (Share(Bands.Ttft, Result.Ttft?.Mean.Value), Share(Bands.Tpot, Result.Tpot?.Mean.Value));
        return new((first * before.Low) + ((1 - first) * after.Low), (first * before.High) + ((1 - first) * after.High));
    }

    private static ErrorBand Share(PredictionBand? band, double? middle) =>
        band is { } ends && middle is double value and > 0 ? new(ends.Low / value, ends.High / value) : new(1, 1);
}

/// <summary>Latencies of one simulated request in seconds.</summary>
internal readonly record struct ServedRequest(double Ttft, double Tpot, double EndToEnd)
{
    /// <summary>The latencies of an outcome.</summary>
    public ServedRequest(in RequestOutcome outcome)
        : this(
            (outcome.FirstToken - outcome.Request.Arrival).Value,
            (outcome.Finished - outcome.FirstToken).Value / Math.Max(1, outcome.ProducedTokens - 1),
            (outcome.Finished - outcome.Request.Arrival).Value)
    {
    }

    /// <summary>The value of a metric of one request.</summary>
    public double Of(string metric) => metric switch
    {
        ServeMetrics.Ttft => Ttft,
        ServeMetrics.Tpot => Tpot,
        ServeMetrics.EndToEnd => EndToEnd,
        _ => throw new ArgumentOutOfRangeException(nameof(metric), metric, "No such metric of a request."),
    };
}
