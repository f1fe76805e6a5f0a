namespace LlmSim.Model.Memory;

/// <summary>Parameters that one device holds, before ZeRO.</summary>
/// <param name="Embedding">Token and position embedding.</param>
/// <param name="Head">LM head, where it is a matrix of its own or a copy of a tied one on another stage.</param>
/// <param name="Dense">Everything in layers but routed experts, and the final norm.</param>
/// <param name="Experts">Routed experts; copied over fewer ranks than dense weights.</param>
/// <remarks>Fractions occur where a replicated part is counted over ranks; a legal split gives whole numbers.</remarks>
public readonly record struct ShardedParameters(double Embedding, double Head, double Dense, double Experts)
{
    /// <summary>All of them.</summary>
    public double Total => Embedding + Head + Dense + Experts;

    /// <summary>Those that every data- and context-parallel rank copies: all but the experts.</summary>
    public double Replicated => Embedding + Head + Dense;

    /// <summary>The sum of two shares.</summary>
    public static ShardedParameters operator +(ShardedParameters left, ShardedParameters right) =>
        new(left.Embedding + right.Embedding, left.Head + right.Head, left.Dense + right.Dense, left.Experts + right.Experts);
}
