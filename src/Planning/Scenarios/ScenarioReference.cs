using System.Globalization;
using System.Text;
using LlmSim.Planning.Scenarios.Keys;

namespace LlmSim.Planning.Scenarios;

/// <summary>The reference of scenario files for people, made from the same tables as the binder.</summary>
public static class ScenarioReference
{
    private const string Introduction = """
        # Scenario files

        <!-- Generated from the tables in src/Planning/Scenarios/Keys: a test holds this file equal to them. -->

        A scenario file says what to simulate. It is YAML, read strictly: an unknown key, a missing one, a wrong unit or a layout that does not add up is
        reported with file, line, column, the found value and the legal ones, all problems at once.

        - A quantity carries its unit (`80 GiB`, `250 ms`, `400 Gb/s`, `90 %`); a bare number is refused. GB is 1e9 bytes, GiB is 2^30; a small b is a bit.
        - A count is an integer without unit; underscores and exponents are allowed (`300_000_000`, `15e12`). A ratio is a number without unit.
        - A record (model, accelerator, node, efficiency) is named, put in a file or written in place. A text that starts with a dot, or has a slash and ends
          in `.json`, `.yaml` or `.yml`, is a file; any other is a name, also `meta-llama/Llama-3.1-8B`.
        - A path is relative to the file in which it stands; in `--set` it is relative to the current directory.
        - Anchors, aliases, tags, several documents, duplicate keys and files over 1 MiB are refused.

        `--set key.path=value` changes a key before the file is checked, as often as needed; the value is YAML (`--set parallel.tensor=4`,
        `--set 'traffic={poisson: {rate: 2 /s, requests: 100, prompt: 512, output: 128}}'`). Missing sections are made. Setting one of several keys that exclude
        each other removes the others: `--set traffic.trace=FILE` replaces whatever source the file had.

        """;

    /// <summary>The reference as Markdown; the same bytes each time.</summary>
    public static string ToMarkdown()
    {
        var text = new StringBuilder(Introduction.ReplaceLineEndings("\n"));
        var shown = new HashSet<Section>();
        IEnumerable<SectionRow> train = Rows(RootKeys.Train.Section, string.Empty, "`kind: train`", true);
        foreach (SectionRow row in train.Concat(Rows(RootKeys.Serve.Section, string.Empty, "`kind: serve`", true)))
        {
            if (shown.Add(row.Section))
            {
                Write(text, row);
            }
        }

        return text.ToString();
    }

    private static IEnumerable<SectionRow> Rows(Section section, string path, string heading, bool top)
    {
        yield return new SectionRow(section, heading, top);
        foreach (ScenarioKey key in section.Keys.Where(static key => key.Shape.Section is not null))
        {
            Section inside = key.Shape.Section!;
            string inner = inside.Heading ?? ValueShape.Join(path, key.Name);
            foreach (SectionRow row in Rows(inside, inner, inside.Heading ?? $"`{inner}`", false))
            {
                yield return row;
            }
        }
    }

    private static void Write(StringBuilder text, SectionRow row)
    {
        text.Append(CultureInfo.InvariantCulture, $"\n{(row.Top ? "##" : "###")} {row.Heading}\n\n{row.Section.Doc}\n");
        foreach (KeyGroup group in row.Section.Groups)
        {
            text.Append(CultureInfo.InvariantCulture, $"{group.Sentence.Replace('\'', '`')}\n");
        }

        text.Append("\n| key | value | default | meaning |\n|---|---|---|---|\n");
        foreach (ScenarioKey key in row.Section.Keys)
        {
            text.Append(CultureInfo.InvariantCulture, $"| `{key.Name}` | {key.Shape.Cell} | {Default(key)} | {key.Doc} |\n");
        }
    }

    private static string Default(ScenarioKey key) => key switch
    {
        { Required: true } => "**required**",
        { DefaultText: null } => "none",
        { DefaultText: "{}" } => "all defaults",
        _ => $"`{key.DefaultText}`",
    };

    private sealed record SectionRow(Section Section, string Heading, bool Top);
}
