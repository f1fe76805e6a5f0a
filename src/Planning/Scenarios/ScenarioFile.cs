using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace LlmSim.Planning.Scenarios;

/// <summary>The one place where planning touches files: reads a scenario or a record from disk, and says why where it cannot.</summary>
public static class ScenarioFile
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The text of a file, or null with the problem: missing, a directory, unreadable, over 1 MiB or not UTF-8 text.</summary>
    public static string? Load(string path, out ImmutableArray<Problem> problems)
    {
        string? text = null;
        Problem? problem = Missing(path) is { } reason ? new Problem(path, 1, 1, string.Empty, reason) : null;
        if (problem is null)
        {
            try
            {
                text = Text(path, out problem);
            }
            catch (IOException failure)
            {
                problem = new Problem(path, 1, 1, string.Empty, "the file cannot be read: " + failure.Message);
            }
            catch (UnauthorizedAccessException)
            {
                problem = new Problem(path, 1, 1, string.Empty, "the file cannot be read: permission denied");
            }
        }

        problems = problem is null ? [] : [problem];
        return text;
    }

    /// <summary>The content of a YAML or JSON file as nodes with positions, or null with the problems.</summary>
    public static ScenarioNode? LoadNode(string path, out ImmutableArray<Problem> problems) =>
        Load(path, out problems) is { } text ? ScenarioText.Parse(text, path, out problems) : null;

    /// <summary>Why there is no file of this name, with a similar name beside it where there is one; null where the file exists.</summary>
    internal static string? Missing(string path)
    {
        if (File.Exists(path))
        {
            return null;
        }

        if (Directory.Exists(path))
        {
            return "this is a directory: expected a file";
        }

        string directory = Path.GetDirectoryName(path) is { Length: > 0 } named ? named : ".";
        if (!Directory.Exists(directory))
        {
            return $"there is no such file: the directory '{directory}' does not exist";
        }

        string? similar = Spelling.Nearest(Path.GetFileName(path), NamesIn(directory));
        return "there is no such file" + (similar is null ? string.Empty : $": did you mean '{similar}'?");
    }

    private static ImmutableArray<string> NamesIn(string directory)
    {
        try
        {
            return [.. Directory.EnumerateFiles(directory).Select(static file => Path.GetFileName(file)).Order(StringComparer.Ordinal)];
        }
        catch (IOException)
        {
            return [];
        }
        catch (UnauthorizedAccessException)
        {
            return [];
        }
    }

    private static string? Text(string path, out Problem? problem)
    {
        long length = new FileInfo(path).Length;
        if (length > ScenarioText.MaxLength)
        {
            string message = string.Create(CultureInfo.InvariantCulture, $"the file has {length} bytes: at most {ScenarioText.MaxLength} (1 MiB) are read");
            problem = new Problem(path, 1, 1, string.Empty, message);
            return null;
        }

        byte[] bytes = File.ReadAllBytes(path);
        int nul = Array.IndexOf(bytes, (byte)0);
        if (nul >= 0)
        {
            problem = TextPosition.Problem(bytes, nul, path, "a NUL byte: this is a binary file, expected YAML text in UTF-8");
            return null;
        }

        try
        {
            problem = null;
            return StrictUtf8.GetString(bytes);
        }
        catch (DecoderFallbackException failure)
        {
            int offset = Math.Clamp(failure.Index, 0, bytes.Length);
            problem = TextPosition.Problem(bytes, offset, path,
                "bytes that are not UTF-8: this is a binary file or another encoding, expected YAML text in UTF-8");
            return null;
        }
    }
}
