namespace LlmSim.Model.Operators;

/// <summary>What an operator does, in the field's words; reports group by it.</summary>
public enum OperatorKind
{
    /// <summary>A matrix product with a weight.</summary>
    Gemm,

    /// <summary>Many small matrix products of activations, one for each head and sequence.</summary>
    BatchedGemm,

    /// <summary>Fused softmax attention that never writes its scores (FlashAttention).</summary>
    Attention,

    /// <summary>Softmax over written scores.</summary>
    Softmax,

    /// <summary>Layer norm or RMS norm.</summary>
    Norm,

    /// <summary>Rotary positions.</summary>
    Rotary,

    /// <summary>Anything computed element by element: activations, residual sums, dropout, copies.</summary>
    Elementwise,

    /// <summary>Table look-up of token embeddings.</summary>
    Embedding,

    /// <summary>Choice of experts.</summary>
    Router,

    /// <summary>The routed experts: grouped matrix products with the permutation around them.</summary>
    Experts,

    /// <summary>Tokens on their way to the ranks of their experts.</summary>
    Dispatch,

    /// <summary>Results on their way back from the experts.</summary>
    Combine,

    /// <summary>The recurrence of a constant-state layer.</summary>
    Scan,

    /// <summary>The projection to the vocabulary.</summary>
    LmHead,

    /// <summary>Cross-entropy over the vocabulary.</summary>
    Loss,

    /// <summary>Choice of the next token.</summary>
    Sampling,

    /// <summary>The update of parameters and optimizer state.</summary>
    Optimizer,

    /// <summary>Weights expanded from a narrow format before a product.</summary>
    Dequantise,

    /// <summary>Exchange between devices.</summary>
    Collective,
}
