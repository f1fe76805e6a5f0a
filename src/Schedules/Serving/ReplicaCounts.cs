using LlmSim.Model.Units;

namespace LlmSim.Schedules.Serving;

/// <summary>What a replica has done in the iterations that have ended.</summary>
public readonly record struct ReplicaCounts
{
    /// <summary>Iterations.</summary>
    public long Steps { get; init; }

    /// <summary>Sum over the iterations of the sequences in each: those that decode and prompt chunks.</summary>
    public long SequenceSteps { get; init; }

    /// <summary>Prompt tokens that went through the layers, recomputed ones included.</summary>
    public long PrefillTokens { get; init; }

    /// <summary>Tokens that decode steps produced.</summary>
    public long DecodeTokens { get; init; }

    /// <summary>Time with an iteration in flight, in nanoseconds.</summary>
    public long BusyNanoseconds { get; init; }

    /// <summary>Time with an iteration in flight.</summary>
    public Seconds Busy => new Instant(BusyNanoseconds).SinceStart;

    /// <summary>The counts of two replicas together.</summary>
    public static ReplicaCounts operator +(ReplicaCounts left, ReplicaCounts right) => new()
    {
        Steps = left.Steps + right.Steps,
        SequenceSteps = left.SequenceSteps + right.SequenceSteps,
        PrefillTokens = left.PrefillTokens + right.PrefillTokens,
        DecodeTokens = left.DecodeTokens + right.DecodeTokens,
        BusyNanoseconds = left.BusyNanoseconds + right.BusyNanoseconds,
    };
}
