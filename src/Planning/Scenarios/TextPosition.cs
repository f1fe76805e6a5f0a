namespace LlmSim.Planning.Scenarios;

/// <summary>From an offset into a text to the line and column that an editor shows.</summary>
internal static class TextPosition
{
    /// <summary>A problem at an offset of a text.</summary>
    public static Problem Problem(ReadOnlySpan<char> text, int offset, string fileName, string message)
    {
        ReadOnlySpan<char> before = text[..offset];
        return new Problem(fileName, before.Count('\n') + 1, offset - before.LastIndexOf('\n'), string.Empty, message);
    }

    /// <summary>A problem at an offset of bytes that are not text.</summary>
    public static Problem Problem(ReadOnlySpan<byte> bytes, int offset, string fileName, string message)
    {
        ReadOnlySpan<byte> before = bytes[..offset];
        return new Problem(fileName, before.Count((byte)'\n') + 1, offset - before.LastIndexOf((byte)'\n'), string.Empty, message);
    }
}
