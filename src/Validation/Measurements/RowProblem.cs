namespace LlmSim.Validation.Measurements;

/// <summary>Something wrong with a file of measurements; its row is not used.</summary>
/// <param name="File">Path as given.</param>
/// <param name="Line">Line in the file from one; zero for the file as a whole.</param>
/// <param name="Message">What was found and what is legal.</param>
public sealed record RowProblem(string File, int Line, string Message)
{
    private const int LongestMessage = 500;

    /// <summary>As compilers print it, in one line of printable letters whatever the file held.</summary>
    public override string ToString()
    {
        string text = Message.Length > LongestMessage ? string.Concat(Message.AsSpan(0, LongestMessage), "…") : Message;
        text = string.Create(text.Length, text, static (letters, source) =>
        {
            for (int i = 0; i < letters.Length; i++)
            {
                letters[i] = char.IsControl(source[i]) ? '?' : source[i];
            }
        });
        return Line > 0 ? FormattableString.Invariant($"{File}:{Line}: {text}") : $"{File}: {text}";
    }
}
