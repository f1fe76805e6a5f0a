namespace LlmSim.Model.Parallelism;

/// <summary>How ranks that share a sequence attend to all of it.</summary>
public enum ContextKind
{
    /// <summary>Keys and values travel around a ring, beside the attention over those that are there (Liu 2023, arXiv 2310.01889).</summary>
    Ring,

    /// <summary>An all-to-all turns parts of the sequence with all heads into the whole sequence with a part of the heads, and another turns them back (Jacobs 2023, DeepSpeed-Ulysses, arXiv 2309.14509).</summary>
    Ulysses,
}
