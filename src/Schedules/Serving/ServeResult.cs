using System.Collections.Immutable;
using LlmSim.Model.Units;
using LlmSim.Schedules.Serving.Results;

namespace LlmSim.Schedules.Serving;

/// <summary>What became of the requests of a run. Arrived is the sum of completed, rejected, timed out, failed and unfinished.</summary>
public sealed record RequestCounts
{
    /// <summary>Requests that were sent.</summary>
    public required long Arrived { get; init; }

    /// <summary>Requests whose last token came out in time.</summary>
    public required long Completed { get; init; }

    /// <summary>Requests that were refused on arrival.</summary>
    public required long Rejected { get; init; }

    /// <summary>Requests whose client gave up.</summary>
    public required long TimedOut { get; init; }

    /// <summary>Requests that the system lost.</summary>
    public required long Failed { get; init; }

    /// <summary>Requests under way when the run was cut off.</summary>
    public required long Unfinished { get; init; }

    /// <summary>Requests that ended and were pre-empted at least once; they are among the others too.</summary>
    public required long Preempted { get; init; }
}

/// <summary>How a serving run ended.</summary>
public enum ServeEnd
{
    /// <summary>Every request ended.</summary>
    Drained,

    /// <summary>The run was cut off at its duration.</summary>
    DurationReached,

    /// <summary>Requests were left, yet nothing could happen any more.</summary>
    Stuck,
}

/// <summary>What a serving run showed. Latencies are over completed requests; a statistic without samples is null.</summary>
public sealed record ServeResult
{
    /// <summary>How the run ended.</summary>
    public required ServeEnd End { get; init; }

    /// <summary>Why the run could not go on; null unless <see cref="End"/> is <see cref="ServeEnd.Stuck"/>.</summary>
    public string? StuckBecause { get; init; }

    /// <summary>What became of the requests.</summary>
    public required RequestCounts Requests { get; init; }

    /// <summary>Attempts that clients made again after a refusal; a request counts once however often it was sent.</summary>
    public long Retries { get; init; }

    /// <summary>Refused requests by reason; reasons that did not occur are absent.</summary>
    public required ImmutableSortedDictionary<RejectionReason, long> Rejections { get; init; }

    /// <summary>Time to first token: from sending to the end of the iteration that produced it.</summary>
    public LatencyStatistic? Ttft { get; init; }

    /// <summary>Time per output token: (last - first) / (outputs - 1) of each request with two or more.</summary>
    public LatencyStatistic? Tpot { get; init; }

    /// <summary>Time between two consecutive tokens of a sequence, over all tokens that came out, whether or not their request completed.</summary>
    public LatencyStatistic? Itl { get; init; }

    /// <summary>Time from sending to the last token.</summary>
    public LatencyStatistic? EndToEnd { get; init; }

    /// <summary>Time from sending to the start of the first iteration with a part of the prompt.</summary>
    public LatencyStatistic? Queue { get; init; }

    /// <summary>The same for each class of traffic, with what was promised and kept.</summary>
    public ImmutableArray<ClassResult> Classes { get; init; } = [];

    /// <summary>Whether the system keeps up with its load; null where too few requests completed to tell.</summary>
    public Saturation? Saturation { get; init; }

    /// <summary>Output tokens of completed requests.</summary>
    public required long OutputTokens { get; init; }

    /// <summary>Prompt and output tokens of completed requests.</summary>
    public required long TotalTokens { get; init; }

    /// <summary>Sum of the replicas' work: steps, tokens through the layers and busy time of the iterations that ended.</summary>
    public required ReplicaCounts Work { get; init; }

    /// <summary>When the first request was sent; zero where none was.</summary>
    public required Instant FirstArrival { get; init; }

    /// <summary>When the last completed request ended; the first arrival where none completed.</summary>
    public required Instant LastCompletion { get; init; }

    /// <summary>When the last thing happened, or the run was cut off.</summary>
    public required Instant Ended { get; init; }

    /// <summary>Sum over the replicas of the time with an iteration in flight.</summary>
    public required Seconds BusyTime { get; init; }

    /// <summary>Replicas of the run.</summary>
    public required int Replicas { get; init; }

    /// <summary>Tokens that the KV cache of one replica holds, in whole blocks.</summary>
    public required long KvCapacityTokens { get; init; }

    /// <summary>Largest number of tokens in taken blocks that any one replica had at a time, unfilled slots included.</summary>
    public required long KvPeakTokens { get; init; }

    /// <summary>Tokens of the KV blocks that are still taken at the end, over all replicas: zero once drained.</summary>
    public required long KvHeldTokens { get; init; }

    /// <summary>Prompt tokens of the requests that were admitted, each once.</summary>
    public long AdmittedTokens { get; init; }

    /// <summary>Those of them that were found in the prefix cache.</summary>
    public long CachedTokens { get; init; }

    /// <summary>Share of prompt tokens that were found in the prefix cache, 0 to 1; zero where none was admitted.</summary>
    public double PrefixHitRate => AdmittedTokens > 0 ? (double)CachedTokens / AdmittedTokens : 0;

    /// <summary>From the first arrival to the last completion.</summary>
    public Seconds Makespan => LastCompletion - FirstArrival;

    /// <summary>Output tokens per second of <see cref="Makespan"/>; zero where that is zero.</summary>
    public double OutputTokensPerSecond => PerSecond(OutputTokens);

    /// <summary>Prompt and output tokens per second of <see cref="Makespan"/>; zero where that is zero.</summary>
    public double TotalTokensPerSecond => PerSecond(TotalTokens);

    /// <summary>Completed requests per second of <see cref="Makespan"/>; zero where that is zero.</summary>
    public double RequestsPerSecond => PerSecond(Requests.Completed);

    /// <summary>Share of the replicas' time from first arrival to the end of the run with an iteration in flight, 0 to 1.</summary>
    public double Utilisation => Ended > FirstArrival ? BusyTime / ((Ended - FirstArrival) * Replicas) : 0;

    /// <summary>Sequences in an iteration, decoding ones and prompt chunks, averaged over the iterations; zero without any.</summary>
    public double MeanBatchSize => Work.Steps > 0 ? (double)Work.SequenceSteps / Work.Steps : 0;

    /// <summary>Requests that completed within all that was promised, per second of <see cref="Makespan"/>.</summary>
    public double Goodput => PerSecond(Classes.Sum(static one => one.Good));

    private double PerSecond(long count) => Makespan > Seconds.Zero ? count / Makespan.Value : 0;
}
