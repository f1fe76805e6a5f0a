using System.Collections.Immutable;
using System.Text.Json;
using LlmSim.Model.Hardware;
using LlmSim.Planning.Scenarios.Keys;

namespace LlmSim.Planning.Scenarios;

/// <summary>What a scenario says in place of a record: its name in the catalog, a file that holds it, or the record itself.</summary>
/// <param name="Key">The key of the scenario, such as <c>accelerator</c>.</param>
/// <param name="Node">Where the value stands.</param>
public abstract record RecordReference(string Key, ScenarioNode Node)
{
    /// <summary>The record from the scenario or its file; null for a name, which the catalog knows, and where the file cannot be read.</summary>
    public abstract RecordContent? Read(out ImmutableArray<Problem> problems);

    /// <summary>A problem with the reference as a whole, such as a name that the catalog does not know.</summary>
    public Problem Problem(string message) => Node.Problem(Key, message);
}

/// <summary>A record of the catalog by its name.</summary>
/// <param name="Key">The key of the scenario.</param>
/// <param name="Node">Where the name stands.</param>
/// <param name="Name">The name, such as <c>h100-sxm</c> or <c>meta-llama/Llama-3.1-8B</c>.</param>
public sealed record NamedRecord(string Key, ScenarioNode Node, string Name) : RecordReference(Key, Node)
{
    /// <inheritdoc/>
    public override RecordContent? Read(out ImmutableArray<Problem> problems)
    {
        problems = [];
        return null;
    }

    /// <summary>The problem that the catalog has no such record, with the nearest of the names that it has.</summary>
    public Problem Unknown(IEnumerable<string> known)
    {
        ImmutableArray<string> names = [.. known];
        return Problem($"'{Key}' is '{Name}', which the catalog does not have{Spelling.Hint(Name, names)}: legal are {string.Join(", ", names)}");
    }
}

/// <summary>A record in a file of its own.</summary>
/// <param name="Key">The key of the scenario.</param>
/// <param name="Node">Where the path stands.</param>
/// <param name="Path">The file, from the current directory.</param>
public sealed record RecordFile(string Key, ScenarioNode Node, string Path) : RecordReference(Key, Node)
{
    /// <inheritdoc/>
    public override RecordContent? Read(out ImmutableArray<Problem> problems)
    {
        if (ScenarioFile.Missing(Path) is { } reason)
        {
            problems = [Problem($"'{Key}' names the file '{Path}': {reason}")];
            return null;
        }

        return ScenarioFile.LoadNode(Path, out problems) is { } content ? new RecordContent(Key, content, NodeJson.ToElement(content)) : null;
    }
}

/// <summary>A record written into the scenario.</summary>
/// <param name="Key">The key of the scenario.</param>
/// <param name="Node">The mapping.</param>
public sealed record InlineRecord(string Key, ScenarioNode Node) : RecordReference(Key, Node)
{
    /// <inheritdoc/>
    public override RecordContent? Read(out ImmutableArray<Problem> problems)
    {
        problems = [];
        return new RecordContent(Key, Node, NodeJson.ToElement(Node));
    }
}

/// <summary>A record as JSON, which can still say where each of its keys stands.</summary>
/// <param name="Key">The key of the scenario that asked for it.</param>
/// <param name="Node">The record with its places.</param>
/// <param name="Json">The same as JSON.</param>
public sealed record RecordContent(string Key, ScenarioNode Node, JsonElement Json)
{
    /// <summary>A problem at a path inside the record, such as <c>matrix_peak.bf16</c>.</summary>
    public Problem ProblemAt(string path, string message) => Node.Find(path).Problem(ValueShape.Join(Key, path), message);
}

/// <summary>The network between nodes: by name or in place.</summary>
/// <param name="Node">Where the value stands.</param>
public abstract record NetworkReference(ScenarioNode Node);

/// <summary>A network of the catalog.</summary>
/// <param name="Node">Where the name stands.</param>
/// <param name="Name">The name, such as <c>ndr-400</c>.</param>
public sealed record NamedNetwork(ScenarioNode Node, string Name) : NetworkReference(Node);

/// <summary>A network written into the scenario.</summary>
/// <param name="Node">The mapping.</param>
/// <param name="Link">The connection of one accelerator in one direction.</param>
public sealed record InlineNetwork(ScenarioNode Node, Link Link) : NetworkReference(Node);
