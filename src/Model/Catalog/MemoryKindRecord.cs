using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using LlmSim.Model.Hardware;
using LlmSim.Model.Units;

namespace LlmSim.Model.Catalog;

/// <summary>Reads a record of host memory or storage: <c>name</c>, <c>title</c> and the <c>bandwidth</c> of one channel or drive.</summary>
public static class MemoryKindRecord
{
    /// <summary>Reads one record; on failure <paramref name="problems"/> lists everything that is wrong with it.</summary>
    public static bool TryRead(JsonElement json, [NotNullWhen(true)] out MemoryKind? record, out ImmutableArray<RecordProblem> problems)
    {
        RecordReader reader = new(json);
        (string name, string title) = (reader.Text("name"), reader.Text("title"));
        Bandwidth bandwidth = reader.Quantity<Bandwidth>("bandwidth", QuantityText.TryParse);
        bool good = reader.Finish();
        problems = reader.Problems;
        record = good ? new MemoryKind(name, title, bandwidth, reader.Figures) : null;
        return good;
    }
}
