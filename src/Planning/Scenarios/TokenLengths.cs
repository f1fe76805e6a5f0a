namespace LlmSim.Planning.Scenarios;

/// <summary>How many tokens prompts or answers have.</summary>
public abstract record TokenLengths;

/// <summary>Always the same number.</summary>
/// <param name="Tokens">Tokens of each.</param>
public sealed record FixedLengths(int Tokens) : TokenLengths;

/// <summary>Every number in a range is as likely.</summary>
/// <param name="Min">Fewest tokens.</param>
/// <param name="Max">Most tokens.</param>
public sealed record UniformLengths(int Min, int Max) : TokenLengths;

/// <summary>The logarithm is normally distributed: many short, few long.</summary>
/// <param name="Mean">Mean number of tokens, before the cut at the most.</param>
/// <param name="CoefficientOfVariation">Standard deviation over mean.</param>
/// <param name="Max">Most tokens: longer draws are cut to it; null for no limit.</param>
public sealed record LognormalLengths(int Mean, double CoefficientOfVariation, int? Max) : TokenLengths;

/// <summary>Short ones are likelier, without memory.</summary>
/// <param name="Mean">Mean number of tokens, before the cut at the most.</param>
/// <param name="Max">Most tokens: longer draws are cut to it; null for no limit.</param>
public sealed record ExponentialLengths(int Mean, int? Max) : TokenLengths;
