using System.Collections.Immutable;
using CsCheck;
using LlmSim.Planning.Scenarios;
using Xunit;

namespace LlmSim.Tests.Planning.Scenarios;

public sealed class ScenarioFuzzTests
{
    private static readonly string[] Words =
    [
        "kind", "train", "serve", ": ", ":", "\n", "\n  ", "\n    ", "- ", "[", "]", "{", "}", ",", "&a ", "*a", "!!str ", "!", "'", "\"", "\\", "\\x", "\\U00110000", "|", ">-\n ", "---\n",
        "...\n", "%YAML 1.2\n", "%TAG ! x\n", "? ", "#", " ", "\t", "8", "-1", "1e999", "9_9", "0x1", "90 %", "2 /s", "80 GiB", "~", "<<: ", "model", "parallel", "tensor", "traffic", "trace",
        "é", "\uFEFF", "\ud800", "\u2028", "\u0085", "\r", "@", "`", "=", ".", "!!9]", "%", "!<", ">", "\"\\uD800\"", "\0", "\u0007",
    ];

    private static readonly Gen<string> Pieces = Gen.Int[0, Words.Length - 1].Select(static i => Words[i]);

    private static readonly Gen<string> GoodFiles = Gen.Bool.Select(static train => train ? Samples.Train : Samples.Serve);

    [Fact]
    public void Random_text_never_throws() => Gen.String.Sample(static text => Answers(text, []), iter: 3000);

    [Fact]
    public void Random_YAML_pieces_never_throw() => Pieces.Array[0, 25].Select(string.Concat).Sample(static text => Answers(text, []), iter: 6000);

    [Fact]
    public void Random_overrides_never_throw() => Pieces.Array[0, 12].Select(string.Concat).Array[1, 3].Sample(
        static overrides => Answers(Samples.Serve, [.. overrides]) && Answers(Samples.Serve, [.. overrides.Select(static o => "traffic.poisson=" + o)]), iter: 2000);

    [Fact]
    public void A_good_file_with_a_piece_changed_is_a_scenario_or_has_problems() =>
        Gen.Select(GoodFiles, Gen.Double[0, 1], Gen.Int[0, 6], Pieces).Sample(
            static (text, place, removed, piece) =>
            {
                int at = (int)(place * (text.Length - removed));
                return Answers(text[..at] + piece + text[(at + removed)..], []);
            },
            iter: 5000);

    [Fact]
    public void A_good_file_with_two_lines_swapped_or_one_left_out_is_a_scenario_or_has_problems() =>
        Gen.Select(GoodFiles, Gen.Int[0, 23], Gen.Int[0, 23]).Sample(static (text, first, second) =>
        {
            string[] lines = text.Split('\n');
            (lines[first], lines[second]) = (first == second ? string.Empty : lines[second], lines[first]);
            return Answers(string.Join('\n', lines), []);
        });

    /// <summary>Whether a text gives a scenario or problems with legal places, never both and never neither.</summary>
    private static bool Answers(string text, ImmutableArray<string> overrides)
    {
        Scenario? scenario = Samples.Read(text, out ImmutableArray<Problem> problems, overrides);
        if (ScenarioText.Parse(text, "test.yaml", out _) is { } node)
        {
            _ = NodeJson.ToElement(node);
        }

        return (scenario is null) != problems.IsEmpty && problems.All(static p => p is { Line: >= 1, Column: >= 1, Message.Length: > 0 });
    }
}
