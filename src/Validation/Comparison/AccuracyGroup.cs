using System.Collections.Immutable;

namespace LlmSim.Validation.Comparison;

/// <summary>The accuracy of rows that agree in the properties by which a report groups.</summary>
/// <param name="Values">What they agree in, by the name of the property.</param>
/// <param name="Rows">Measured numbers, the skipped and the faulty ones too.</param>
/// <param name="Skipped">Numbers without a prediction.</param>
/// <param name="Faulty">Predicted numbers that are known to be faulty and that the errors leave out.</param>
/// <param name="Errors">The errors of the others; null where there is none.</param>
public sealed record AccuracyGroup(ImmutableSortedDictionary<string, string> Values, int Rows, int Skipped, int Faulty, ErrorMetrics? Errors);
