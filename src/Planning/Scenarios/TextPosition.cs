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

    /// <summary>The offset at which a line starts, counted from one; the end of the text where it has fewer lines.</summary>
    public static int LineStart(ReadOnlySpan<char> text, int line)
    {
        int start = 0;
        for (int i = 1; i < line; i++)
        {
            int end = text[start..].IndexOf('\n');
            if (end < 0)
            {
                return text.Length;
            }

            start += end + 1;
        }

        return start;
    }

    /// <summary>The offset of the first tab that stands before anything else in its line, at or after the start of a line; -1 where there is none.</summary>
    public static int IndentingTab(ReadOnlySpan<char> text, int start)
    {
        bool indents = true;
        for (int i = start; i < text.Length; i++)
        {
            if (indents && text[i] == '\t')
            {
                return i;
            }

            indents = text[i] == '\n' || (indents && text[i] == ' ');
        }

        return -1;
    }

    /// <summary>A problem at an offset of bytes that are not text.</summary>
    public static Problem Problem(ReadOnlySpan<byte> bytes, int offset, string fileName, string message)
    {
        ReadOnlySpan<byte> before = bytes[..offset];
        return new Problem(fileName, before.Count((byte)'\n') + 1, offset - before.LastIndexOf((byte)'\n'), string.Empty, message);
    }
}
