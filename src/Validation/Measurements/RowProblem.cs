namespace LlmSim.Validation.Measurements;

/// <summary>Something wrong with a file of measurements; its row is not used.</summary>
/// <param name="File">Path as given.</param>
/// <param name="Line">Line in the file from one; zero for the file as a whole.</param>
/// <param name="Message">What was found and what is legal.</param>
public sealed record RowProblem(string File, int Line, string Message)
{
    /// <summary>As compilers print it.</summary>
    public override string ToString() =>
        Line > 0 ? FormattableString.Invariant($"{File}:{Line}: {Message}") : $"{File}: {Message}";
}
