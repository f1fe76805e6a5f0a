using System.Text.Json;

namespace LlmSim.Model.Catalog;

/// <summary>How messages about records word what was found and what is legal.</summary>
internal static class FieldText
{
    /// <summary>What a JSON value is, in words.</summary>
    public static string Describe(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        JsonValueKind.Null or JsonValueKind.Undefined => "nothing",
        JsonValueKind.String => $"'{json.GetString()}'",
        _ => json.GetRawText(),
    };

    /// <summary>The end of a message about an unknown name: the nearest legal one, and all of them.</summary>
    public static string Legal(string found, IEnumerable<string> legal)
    {
        List<string> names = [.. legal];
        string? near = NearestName.Find(found, names);
        return (near is null ? "; " : $"; did you mean '{near}'? ") + "legal are " + string.Join(", ", names);
    }
}
