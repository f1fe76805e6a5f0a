using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using LlmSim.Model.Hardware;

namespace LlmSim.Model.Catalog;

/// <summary>Reads a network record: <c>name</c>, <c>title</c>, <c>bandwidth</c>, <c>latency</c>, <c>in_switch_reduction</c>.</summary>
public static class NetworkRecord
{
    /// <summary>Reads one record; on failure <paramref name="problems"/> lists everything that is wrong with it.</summary>
    public static bool TryRead(JsonElement json, [NotNullWhen(true)] out Network? record, out ImmutableArray<RecordProblem> problems)
    {
        RecordReader reader = new(json);
        string name = reader.Text("name");
        Link link = LinkFields.Inline(reader, "title");
        bool good = reader.Finish();
        problems = reader.Problems;
        record = good ? new Network(name, link, reader.Figures) : null;
        return good;
    }
}
