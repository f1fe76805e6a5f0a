using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using LlmSim.Model.Architecture;
using LlmSim.Model.Catalog.HuggingFace;

namespace LlmSim.Model.Catalog;

/// <summary>Reads a model record: a model's <c>config.json</c> as it is published, or a catalog entry around one.</summary>
/// <remarks>
/// An object with <c>model_type</c> and without <c>config</c> is a plain <c>config.json</c>, whose unknown keys are ignored. Else the outer object is read
/// strictly: <c>name</c>, <c>title</c>, <c>repositories</c>, <c>parameters</c> (the published count), <c>source</c>, <c>uncertain</c> and <c>config</c>.
/// </remarks>
public static class ArchitectureRecord
{
    private const string NameOfPlainConfig = "custom";

    private static readonly ImmutableArray<string> ConfigMarks = ["model_type", "text_config", "hidden_size", "n_embd"];

    /// <summary>Every legal <c>model_type</c>, in ordinal order.</summary>
    public static ImmutableArray<string> ModelTypes => HuggingFaceConfig.ModelTypes;

    /// <summary>Reads one record; on failure <paramref name="problems"/> lists everything that is wrong with it.</summary>
    public static bool TryRead(JsonElement json, [NotNullWhen(true)] out TransformerArchitecture? architecture, out ImmutableArray<RecordProblem> problems)
    {
        List<RecordProblem> found = [];
        TransformerArchitecture? read = IsPlainConfig(json) ? Plain(json, found) : Entry(json, found);
        problems = [.. found.Distinct()];
        architecture = problems.IsEmpty ? read : null;
        return architecture is not null;
    }

    /// <summary>Without <c>config</c>, any of these keys says that the object is one itself; one that lacks its <c>model_type</c> is then told so.</summary>
    private static bool IsPlainConfig(JsonElement json) =>
        json.ValueKind == JsonValueKind.Object
        && !json.TryGetProperty("config", out _)
        && ConfigMarks.Any(key => json.TryGetProperty(key, out _));

    private static TransformerArchitecture? Plain(JsonElement json, List<RecordProblem> found)
    {
        ConfigReader config = new(json, string.Empty, found);
        string? repository = config.Text("_name_or_path");
        return HuggingFaceConfig.Read(config) is { } read
            ? read with
            {
                Name = config.Text("name") ?? (string.IsNullOrWhiteSpace(repository) ? NameOfPlainConfig : repository),
                Source = "config.json as given",
            }
            : null;
    }

    private static TransformerArchitecture? Entry(JsonElement json, List<RecordProblem> found)
    {
        RecordReader reader = new(json);
        string name = reader.Text("name");
        string title = reader.OptionalText("title") ?? name;
        _ = reader.Texts("repositories");
        string source = reader.OptionalText("source") ?? string.Empty;
        ImmutableSortedDictionary<string, string> uncertain = Uncertain(reader);
        ReadPublished(reader);
        JsonElement? config = reader.Demand("config", "the model's config.json, or the keys of it that matter") ? reader.Element("config") : null;
        reader.Finish();
        found.AddRange(reader.Problems);
        TransformerArchitecture? read = config is { } shape ? HuggingFaceConfig.Read(new ConfigReader(shape, "config", found)) : null;
        return read is null ? null : read with { Name = name, Title = title, Source = source, Uncertain = read.Uncertain.SetItems(uncertain) };
    }

    private static ImmutableSortedDictionary<string, string> Uncertain(RecordReader reader)
    {
        ImmutableSortedDictionary<string, string>.Builder uncertain = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        if (reader.Object("uncertain") is { } keys)
        {
            foreach (string key in keys.Keys)
            {
                uncertain[key] = keys.OptionalText(key) ?? string.Empty;
            }
        }

        return uncertain.ToImmutable();
    }

    /// <summary>The published count stands in the record for the reader's own tests; the shape is what counts.</summary>
    private static void ReadPublished(RecordReader reader)
    {
        if (reader.Object("parameters") is not { } parameters)
        {
            return;
        }

        _ = parameters.OptionalNumber("published", 1, 1e15);
        _ = parameters.OptionalFlag("exact");
        _ = parameters.OptionalText("source");
    }
}
