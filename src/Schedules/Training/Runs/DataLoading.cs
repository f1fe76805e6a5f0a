using LlmSim.Model.Units;

namespace LlmSim.Schedules.Training.Runs;

/// <summary>How tokenised samples travel from storage to the devices.</summary>
public sealed record DataLoading
{
    /// <summary>Bytes of a token id as indexed datasets store them where the vocabulary exceeds 65,536 (Megatron-LM: int32).</summary>
    public static readonly Bytes UsualBytesPerToken = new(4);

    /// <summary>Stored bytes of a token; more where samples carry images or loss masks.</summary>
    public Bytes BytesPerToken { get; init; } = UsualBytesPerToken;

    /// <summary>Bandwidth of the storage, over all readers.</summary>
    public required Bandwidth Bandwidth { get; init; }

    /// <summary>Time that one worker takes to make ready the samples of a step on its data-parallel rank.</summary>
    public Seconds Preparation { get; init; }

    /// <summary>Workers of each data-parallel rank, each on a step of its own.</summary>
    public int Workers { get; init; } = 1;

    /// <summary>Whether the next steps' samples are fetched beside work.</summary>
    public bool Prefetch { get; init; } = true;

    /// <summary>Time by which a step is longer because its samples are not there.</summary>
    /// <remarks>
    /// Reading and preparing are a pipeline beside the steps: with prefetch a step waits for what its slowest stage needs beyond the step itself, and
    /// workers divide the time between two prepared steps. Without prefetch it waits for all of both. Each sample is read once: tensor and pipeline
    /// ranks receive it from the rank that read it.
    /// </remarks>
    public Seconds Stall(TrainJob job, Seconds step)
    {
        Seconds reading = BytesPerToken * job.TokensPerStep / Bandwidth;
        return Prefetch
            ? Seconds.Max(Seconds.Zero, Seconds.Max(reading, Preparation / Workers) - step)
            : reading + Preparation;
    }
}
