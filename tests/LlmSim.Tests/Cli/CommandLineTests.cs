using LlmSim.Cli;
using Xunit;

namespace LlmSim.Tests.Cli;

public sealed class CommandLineTests
{
    [Fact]
    public void Help_names_every_command_and_gives_examples()
    {
        Session session = Session.Run("--help");
        Assert.Equal(ExitCode.Answer, session.Code);
        Assert.Empty(session.Error);
        Assert.All(["run", "check", "memory", "roofline", "explain", "catalog", "schema", "Examples:"], word => Assert.Contains(word, session.Output, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("run")]
    [InlineData("check")]
    [InlineData("memory")]
    [InlineData("roofline")]
    [InlineData("explain")]
    [InlineData("catalog")]
    [InlineData("schema")]
    public void Every_command_has_help_with_an_example(string command)
    {
        Session session = Session.Run(command, "--help");
        Assert.Equal(ExitCode.Answer, session.Code);
        Assert.Contains("  llmsim " + command, session.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void The_version_goes_to_standard_output()
    {
        Session session = Session.Run("--version");
        Assert.Equal(ExitCode.Answer, session.Code);
        Assert.Matches(@"^\d+\.\d+\.\d+", session.Output);
    }

    [Fact]
    public void Without_a_command_the_commands_are_named() => Session.Run().Refused("run, check, memory");

    [Fact]
    public void A_mistyped_command_is_answered_with_the_nearest_one() => Session.Run("rum", "x.yaml").Refused("'rum'", "did you mean 'run'?");

    [Fact]
    public void A_mistyped_option_is_not_taken_for_a_file() => Session.Run("run", "--jsno", Session.ServeFile).Refused("--jsno", "did you mean '--json'?");

    [Fact]
    public void A_missing_file_argument_is_told_with_an_example() => Session.Run("run").Refused("FILE", "for example: llmsim run");

    [Fact]
    public void A_missing_value_of_an_option_is_told() => Session.Run("run", Session.ServeFile, "--set").Refused("--set");

    [Theory]
    [InlineData("--prompt", "0")]
    [InlineData("--batch", "-3")]
    [InlineData("--context", "many")]
    public void A_size_that_is_no_whole_number_above_zero_is_refused(string option, string value) =>
        Session.Run("roofline", Session.ServeFile, option, value).Refused(option);

    [Theory]
    [InlineData()]
    [InlineData("--json")]
    public void Bad_input_leaves_standard_output_empty(params string[] options) =>
        Session.Run(["run", "no-such-file.yaml", .. options]).Refused("no-such-file.yaml:1:1:");

    [Fact]
    public void A_word_that_starts_with_an_at_sign_is_no_response_file() => Session.Run("run", "@no-such-file").Refused("@no-such-file:1:1:");

    [Fact]
    public void An_override_without_an_equals_sign_is_refused() => Session.Run("run", Session.ServeFile, "--set", "parallel.tensor").Refused("--set:1:1:");

    [Fact]
    public void Overrides_of_a_command_without_scenario_are_refused() => Session.Run("catalog", "--set", "a=1").Refused("--set");
}
