using System.Collections.Immutable;
using LlmSim.Model.Units;
using LlmSim.Schedules.Serving.Results;

namespace LlmSim.Schedules.Serving;

/// <summary>Adds up outcomes while a run goes on. Owns the counts and the latency samples.</summary>
internal sealed class ServeTally(ImmutableArray<RequestClass> classes)
{
    private readonly long[] _byStatus = new long[Enum.GetValues<RequestStatus>().Length];
    private readonly SortedDictionary<RejectionReason, long> _rejections = [];
    private readonly LatencyRecorder _ttft = new();
    private readonly LatencyRecorder _tpot = new();
    private readonly LatencyRecorder _endToEnd = new();
    private readonly LatencyRecorder _queue = new();
    private readonly CrowdTrend _trend = new();
    private readonly ImmutableArray<ClassTally> _classes = [.. classes.Select(one => new ClassTally(one, classes.Length > 1))];
    private long _arrived;
    private long _preempted;
    private long _outputTokens;
    private long _totalTokens;
    private Instant _firstArrival;
    private Instant _lastCompletion;

    /// <summary>Times between tokens, which the replicas record.</summary>
    internal LatencyRecorder Gaps { get; } = new();

    internal long Unfinished => _arrived - _byStatus.Sum();

    /// <summary>What has become of the requests so far, without the state of the replicas.</summary>
    internal TimelineSample Sample(Instant now) => new()
    {
        Time = now,
        Arrived = _arrived,
        Completed = _byStatus[(int)RequestStatus.Completed],
        Rejected = _byStatus[(int)RequestStatus.Rejected],
        TimedOut = _byStatus[(int)RequestStatus.TimedOut],
    };

    internal void Arrived(Instant now)
    {
        _trend.Add(now, Unfinished);
        if (_arrived++ == 0)
        {
            _firstArrival = now;
        }
    }

    internal void Ended(in RequestOutcome outcome)
    {
        _byStatus[(int)outcome.Status]++;
        _preempted += outcome.Preemptions > 0 ? 1 : 0;
        if (outcome.Rejection is RejectionReason reason)
        {
            _rejections[reason] = _rejections.GetValueOrDefault(reason) + 1;
        }

        _classes[Math.Min(outcome.Request.Class, _classes.Length - 1)].Ended(outcome);
        if (outcome.Status == RequestStatus.Completed)
        {
            Completed(outcome);
        }
    }

    internal ServeResult Result(ServeEnd end, string? stuckBecause, Instant ended, ImmutableArray<Replica> replicas, long retries) => new()
    {
        End = end,
        StuckBecause = stuckBecause,
        Requests = new RequestCounts
        {
            Arrived = _arrived,
            Completed = _byStatus[(int)RequestStatus.Completed],
            Rejected = _byStatus[(int)RequestStatus.Rejected],
            TimedOut = _byStatus[(int)RequestStatus.TimedOut],
            Failed = _byStatus[(int)RequestStatus.Failed],
            Unfinished = Unfinished,
            Preempted = _preempted,
        },
        Retries = retries,
        Rejections = _rejections.ToImmutableSortedDictionary(),
        Ttft = _ttft.Summary(),
        Tpot = _tpot.Summary(),
        Itl = Gaps.Summary(),
        EndToEnd = _endToEnd.Summary(),
        Queue = _queue.Summary(),
        Classes = _classes.Length > 1 ? [.. _classes.Select(static one => one.Result())]
            : [_classes[0].Result() with { Ttft = _ttft.Summary(), Tpot = _tpot.Summary(), EndToEnd = _endToEnd.Summary(), Queue = _queue.Summary() }],
        Saturation = _trend.Verdict(_queue.Mean, _endToEnd.Mean, LostShare),
        OutputTokens = _outputTokens,
        TotalTokens = _totalTokens,
        Work = replicas.Aggregate(default(ReplicaCounts), static (sum, replica) => sum + replica.Counts),
        AdmittedTokens = replicas.Sum(static replica => replica.Batch.Prefixes?.AdmittedTokens ?? 0),
        CachedTokens = replicas.Sum(static replica => replica.Batch.Prefixes?.CachedTokens ?? 0),
        FirstArrival = _firstArrival,
        LastCompletion = Instant.Max(_firstArrival, _lastCompletion),
        Ended = ended,
        BusyTime = replicas.Aggregate(Seconds.Zero, (sum, replica) => sum + replica.BusyUntil(ended)),
        Replicas = replicas.Length,
        KvCapacityTokens = replicas.IsEmpty ? 0 : replicas[0].KvCache.CapacityTokens,
        KvPeakTokens = replicas.Aggregate(0L, static (most, replica) => Math.Max(most, replica.KvCache.PeakTokens)),
        KvHeldTokens = replicas.Sum(static replica => replica.KvCache.Used * replica.KvCache.BlockSize),
    };

    private double LostShare
    {
        get
        {
            long ended = _byStatus.Sum();
            return ended == 0 ? 0 : (double)(_byStatus[(int)RequestStatus.TimedOut] + _rejections.GetValueOrDefault(RejectionReason.QueueFull)) / ended;
        }
    }

    private void Completed(in RequestOutcome outcome)
    {
        long sent = outcome.Request.Arrival.Nanoseconds;
        _ttft.Record(outcome.FirstToken.Nanoseconds - sent, 1);
        _endToEnd.Record(outcome.Finished.Nanoseconds - sent, 1);
        _queue.Record(outcome.FirstScheduled.Nanoseconds - sent, 1);
        if (outcome.ProducedTokens > 1)
        {
            _tpot.Record((outcome.Finished - outcome.FirstToken) / (outcome.ProducedTokens - 1));
        }

        _outputTokens += outcome.ProducedTokens;
        _totalTokens += outcome.ProducedTokens + (long)outcome.Request.PromptTokens;
        _lastCompletion = outcome.Finished;
    }
}
