namespace LlmSim.Validation.Measurements;

/// <summary>One column of a kind of table, as documented to users.</summary>
/// <param name="Name">Its name in the header.</param>
/// <param name="Unit">Unit of its values, such as <c>s</c>, <c>bytes</c> or <c>tokens</c>; empty for names.</param>
/// <param name="Required">Whether a table without it is not of this kind.</param>
/// <param name="Meaning">What it says, and what holds where it is absent or blank.</param>
/// <param name="Measured">Whether it holds a measured value; rows that agree in all other columns measure the same work.</param>
public sealed record MeasuredColumn(string Name, string Unit, bool Required, string Meaning, bool Measured = false);
