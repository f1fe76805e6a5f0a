namespace LlmSim.Model.Operators;

/// <summary>Whether attention writes its scores to memory.</summary>
public enum AttentionImplementation
{
    /// <summary>One kernel that keeps the scores on chip (FlashAttention).</summary>
    Flash,

    /// <summary>Product, softmax and product as separate kernels with a written matrix of scores.</summary>
    Unfused,
}
