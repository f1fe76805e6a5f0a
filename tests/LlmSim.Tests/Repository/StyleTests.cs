using System.Text.RegularExpressions;
using Xunit;

namespace LlmSim.Tests.Repository;

/// <summary>Rules of style that no analyzer knows.</summary>
public sealed partial class StyleTests
{
    private const int LongestFile = 300;

    [Theory]
    [InlineData("Model")]
    [InlineData("Schedules")]
    [InlineData("Planning")]
    public void Simulations_know_no_wall_clock_and_no_shared_randomness(string project) => Assert.Empty(Lines("src/" + project, WallClock()));

    [Fact]
    public void Library_projects_do_not_write_to_the_console() =>
        Assert.Empty(new[] { "Model", "Schedules", "Planning", "Validation" }.SelectMany(static project => Lines("src/" + project, ConsoleUse())));

    [Fact]
    public void Nobody_catches_everything_below_the_program() =>
        Assert.All(Lines("src", CatchAll()), static line => Assert.StartsWith("src/Cli/Program.cs:", line, StringComparison.Ordinal));

    [Fact]
    public void Warnings_are_not_switched_off_in_files() => Assert.Empty(Lines("src", Pragma()));

    [Fact]
    public void Nothing_is_left_to_do() => Assert.Empty(Lines("src", Unfinished()));

    [Theory]
    [InlineData("src")]
    [InlineData("tests")]
    public void A_file_has_at_most_300_lines(string directory)
    {
        IEnumerable<string> wrong = RepositoryFiles.Sources(directory)
            .Where(static source => source.Lines.Length > LongestFile)
            .Select(static source => FormattableString.Invariant($"{source.Path}: {source.Lines.Length} lines"));
        Assert.Empty(wrong);
    }

    private static IEnumerable<string> Lines(string directory, Regex forbidden) =>
        from source in RepositoryFiles.Sources(directory)
        from line in source.Lines.Select(static (text, i) => (Text: text, Number: i + 1))
        where forbidden.IsMatch(line.Text)
        select FormattableString.Invariant($"{source.Path}:{line.Number}: {line.Text.Trim()}");

    [GeneratedRegex(@"\bSystem\.Random\b|\bnew Random\(|\bRandom\.Shared\b|\bDateTime(Offset)?\.(UtcNow|Now|Today)\b|\bStopwatch\b"
        + @"|\bEnvironment\.TickCount|\bTimeProvider\.System\b|\bGuid\.NewGuid\b")]
    private static partial Regex WallClock();

    [GeneratedRegex(@"\bConsole\.")]
    private static partial Regex ConsoleUse();

    [GeneratedRegex(@"\bcatch \((System\.)?Exception\b[^)]*\)(?! when)|\bcatch\s*$")]
    private static partial Regex CatchAll();

    [GeneratedRegex(@"^\s*#pragma warning disable")]
    private static partial Regex Pragma();

    [GeneratedRegex(@"\b(TODO|FIXME|XXX|HACK)\b|NotImplementedException")]
    private static partial Regex Unfinished();
}
