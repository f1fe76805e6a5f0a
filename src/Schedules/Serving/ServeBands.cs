using LlmSim.Model.Calibration;
using LlmSim.Model.Cost;
using LlmSim.Schedules.Traffic;

namespace LlmSim.Schedules.Serving;

/// <summary>How sure the prediction of a serving run is.</summary>
/// <param name="Ttft">Mean time to first token, seconds; null where no request completed.</param>
/// <param name="Tpot">Mean time per output token, seconds; null where no request completed.</param>
/// <param name="OutputTokensPerSecond">Output tokens a second.</param>
public sealed record ServeBands(PredictionBand? Ttft, PredictionBand? Tpot, PredictionBand OutputTokensPerSecond)
{
    /// <summary>
    /// What the time to the first token spreads beyond its iterations: queues, clients and each server's way to admit prompts. Closed loops of three servers on
    /// H100 measured up to five times the prediction where prompts come first, and 14 % off for vLLM, whose way is the one that is modelled.
    /// </summary>
    private static readonly ErrorBand TtftBand = new(0.85, 2.5);

    /// <summary>The bands of a run.</summary>
    /// <remarks>
    /// Every figure gets better or worse with the time of an iteration. So the mean iteration is priced under every draw, and only the draws at 5 and 95 % of
    /// it are replayed, which costs two more runs rather than 32.
    /// </remarks>
    /// <param name="prediction">The run itself.</param>
    /// <param name="open">Opens its traffic anew; called from two threads.</param>
    /// <param name="draws">Draws of the efficiency.</param>
    /// <param name="cancellation">Stops the replays.</param>
    public static ServeBands Of(ServePrediction prediction, Func<IRequestSource> open, int draws, CancellationToken cancellation) =>
        Of(prediction, (job, source) => ServeRun.Simulate(job, source, cancellation).Result, open, draws);

    /// <summary>The bands of a run that is replayed by other means.</summary>
    /// <param name="prediction">The run itself.</param>
    /// <param name="replay">Replays a drawn job; called from two threads.</param>
    /// <param name="open">Opens its traffic anew; called from two threads.</param>
    /// <param name="draws">Draws of the efficiency.</param>
    internal static ServeBands Of(ServePrediction prediction, Func<ServeJob, IRequestSource, ServeResult> replay, Func<IRequestSource> open, int draws)
    {
        ServeJob job = prediction.Job;
        var drawn = new (ServeJob Job, double Step)[draws];
        Parallel.For(0, draws, seed =>
        {
            ServeJob one = Drawn(job, seed);
            drawn[seed] = (one, ServeRun.MeanStep(prediction.Result, one.StepPrice()).Total.Value);
        });
        Array.Sort(drawn, static (a, b) => a.Step.CompareTo(b.Step));
        int tail = (int)(0.05 * draws);
        var ends = new ServeResult[2];
        Parallel.For(0, 2, i =>
        {
            ends[i] = replay(drawn[i == 0 ? tail : draws - 1 - tail].Job, open());
        });
        return new(
            Queued(Band(prediction.Result.Ttft, ends[0].Ttft, ends[1].Ttft)), Band(prediction.Result.Tpot, ends[0].Tpot, ends[1].Tpot),
            new(Math.Min(ends[1].OutputTokensPerSecond, prediction.Result.OutputTokensPerSecond), Math.Max(ends[0].OutputTokensPerSecond, prediction.Result.OutputTokensPerSecond)));
    }

    private static ServeJob Drawn(ServeJob job, int seed)
    {
        Efficiency efficiency = job.Efficiency.Draw(seed);
        double whole = efficiency.WholeRunFactor(efficiency.ServingHost.Spread, 0.01);
        ServeJob drawn = Drawn(job, job.Server.Draw(seed)).With(efficiency);
        return drawn with
        {
            Host = drawn.Host with
            {
                PerStep = drawn.Host.PerStep * whole,
                PerSequence = drawn.Host.PerSequence * whole,
                PerPrefill = drawn.Host.PerPrefill * whole,
                DeviceFactor = drawn.Host.DeviceFactor * whole,
            },
        };
    }

    /// <summary>The job with another draw of its server's constants; what the scenario says of the host stays.</summary>
    private static ServeJob Drawn(ServeJob job, ServerKind server)
    {
        ServingHostConstants host = job.Efficiency.ServingHost.Constants;
        (HostMode old, HostMode now) = (job.Server.Host(host), server.Host(host));
        return job with
        {
            Server = server,
            Host = job.Host with
            {
                PerStep = job.Host.PerStep == old.PerStep ? now.PerStep : job.Host.PerStep,
                PerSequence = job.Host.PerSequence == old.PerSequence ? now.PerSequence : job.Host.PerSequence,
                PerPrefill = job.Host.PerPrefill == old.PerPrefill ? now.PerPrefill : job.Host.PerPrefill,
            },
        };
    }

    private static PredictionBand? Queued(PredictionBand? band) => band is { } known ? new(known.Low * TtftBand.Low, known.High * TtftBand.High) : null;

    private static PredictionBand? Band(LatencyStatistic? middle, LatencyStatistic? low, LatencyStatistic? high) =>
        middle is null || low is null || high is null ? null : new(Math.Min(low.Mean.Value, middle.Mean.Value), Math.Max(high.Mean.Value, middle.Mean.Value));
}
