namespace LlmSim.Model.Parallelism;

/// <summary>Whether attention scores are written to memory.</summary>
public enum AttentionImplementation
{
    /// <summary>Fused kernel that keeps one fp32 statistic per head and token (Dao 2022).</summary>
    Flash,

    /// <summary>Separate kernels that keep the score matrix of sequence x sequence per head.</summary>
    Unfused,
}
