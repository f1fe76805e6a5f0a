using System.Globalization;

namespace LlmSim.Planning.Scenarios;

/// <summary>One mistake in a file or an override: where it is, what was found and what is legal.</summary>
/// <param name="File">The file as the user named it, or <c>--set</c> for an override.</param>
/// <param name="Line">Line, counted from one.</param>
/// <param name="Column">Column, counted from one.</param>
/// <param name="Path">The key with dots between the parts, such as <c>training.micro_batch</c>; empty for the file as a whole.</param>
/// <param name="Message">What was found and what is legal.</param>
public sealed record Problem(string File, int Line, int Column, string Path, string Message)
{
    /// <summary>The problem as editors and terminals link to it: <c>FILE:LINE:COLUMN: message</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{File}:{Line}:{Column}: {Message}");
}
