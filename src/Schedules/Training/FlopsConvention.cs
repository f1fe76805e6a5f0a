namespace LlmSim.Schedules.Training;

/// <summary>Which operations count as the model's own when utilisation is stated.</summary>
public enum FlopsConvention
{
    /// <summary>Matrix products and the whole score matrix, as in Megatron's 72BLsh²(1 + s/6h + V/12hL).</summary>
    FullAttention,

    /// <summary>Matrix products and the half of the score matrix that the causal mask leaves.</summary>
    CausalAttention,

    /// <summary>6·N·D: six operations for each parameter and token, no attention.</summary>
    SixN,
}
