namespace LlmSim.Model.Catalog;

/// <summary>One thing that is wrong with a record: where, what was found and what is legal.</summary>
/// <param name="Path">The key as it nests, such as <c>matrix_peak.bf16</c> or <c>layers[2].count</c>; empty for the whole record.</param>
/// <param name="Message">What was found and what is legal.</param>
public sealed record RecordProblem(string Path, string Message)
{
    /// <summary>Path and message on one line.</summary>
    public override string ToString() => Path.Length == 0 ? Message : $"{Path}: {Message}";
}
