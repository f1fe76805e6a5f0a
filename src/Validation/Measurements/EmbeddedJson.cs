using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace LlmSim.Validation.Measurements;

/// <summary>Files of facts about measurements that ship inside the program.</summary>
internal static class EmbeddedJson
{
    /// <summary>The content of a file.</summary>
    public static T Read<T>(string name, JsonTypeInfo<T> type)
    {
        using Stream stream = typeof(EmbeddedJson).Assembly.GetManifestResourceStream(name) ?? throw new InvalidDataException($"{name} is not embedded");
        return JsonSerializer.Deserialize(stream, type) ?? throw new InvalidDataException($"{name} is empty");
    }
}
