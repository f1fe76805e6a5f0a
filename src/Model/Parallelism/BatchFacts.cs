namespace LlmSim.Model.Parallelism;

/// <summary>What the rules of a layout need to know of the batch. Zero means not known, and rules that need it stay silent.</summary>
public sealed record BatchFacts
{
    /// <summary>Sequences in a step over all replicas.</summary>
    public int GlobalBatch { get; init; }

    /// <summary>Sequences in a micro-batch of one replica.</summary>
    public int MicroBatch { get; init; }

    /// <summary>Tokens in a sequence.</summary>
    public int Sequence { get; init; }

    /// <summary>Whether weights are trained; ZeRO and recompute rules apply only then.</summary>
    public bool Training { get; init; } = true;
}
