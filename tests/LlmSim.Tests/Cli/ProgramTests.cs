using LlmSim.Cli;
using Xunit;

namespace LlmSim.Tests.Cli;

public sealed class ProgramTests
{
    [Fact]
    public void A_defect_is_one_line_that_asks_to_report_it()
    {
        using StringWriter error = new();
        Assert.Equal(ExitCode.Defect, Program.Guard(static () => throw new InvalidOperationException("first\nsecond"), debug: false, error));
        string line = Assert.Single(error.ToString().TrimEnd().Split('\n'));
        Assert.Contains("--debug", line, StringComparison.Ordinal);
        Assert.Contains("first", line, StringComparison.Ordinal);
    }

    [Fact]
    public void With_debug_a_defect_shows_its_stack()
    {
        using StringWriter error = new();
        Assert.Equal(ExitCode.Defect, Program.Guard(static () => throw new InvalidOperationException("oops"), debug: true, error));
        Assert.Contains("   at ", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_interrupted_run_ends_with_130_and_without_an_answer()
    {
        using CancellationTokenSource interrupted = new();
        await interrupted.CancelAsync();
        using StringWriter output = new();
        using StringWriter error = new();
        ExitCode code = Program.Guard(() => CommandLine.Run(["run", Session.ServeFile], output, error, interrupted.Token), debug: false, error);
        Assert.Equal(ExitCode.Cancelled, code);
        Assert.Empty(output.ToString());
    }

    [Theory]
    [InlineData(ExitCode.Answer, 0)]
    [InlineData(ExitCode.Infeasible, 1)]
    [InlineData(ExitCode.BadInput, 2)]
    [InlineData(ExitCode.Defect, 70)]
    [InlineData(ExitCode.Cancelled, 130)]
    internal void Exit_codes_are_what_the_shell_sees(ExitCode code, int number) => Assert.Equal(number, (int)code);

    [Fact]
    public void A_disk_that_is_full_is_no_defect()
    {
        using FullDisk output = new();
        using StringWriter error = new();
        Assert.Equal(ExitCode.BadInput, CommandLine.Run(["catalog"], output, error, TestContext.Current.CancellationToken));
        Assert.Contains("could not be written", error.ToString(), StringComparison.Ordinal);
    }

    private sealed class FullDisk : StringWriter
    {
        public override void Write(string? value) => throw new IOException("No space left on device");
    }
}
