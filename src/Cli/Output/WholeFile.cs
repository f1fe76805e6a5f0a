namespace LlmSim.Cli.Output;

/// <summary>Files that are written whole or not at all.</summary>
internal static class WholeFile
{
    /// <summary>Writes a file beside its place and moves it there; why that failed, or null.</summary>
    /// <param name="option">The option that named the file, for the message.</param>
    /// <param name="path">The file.</param>
    /// <param name="write">Writes to the path that it is given.</param>
    public static string? Failure(string option, string path, Action<string> write)
    {
        string temporary = path + ".partial";
        try
        {
            write(temporary);
            File.Move(temporary, path, overwrite: true);
            return null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return $"{option} {path}: cannot be written: {failure.Message}";
        }
        finally
        {
            if (File.Exists(temporary))
            {
                File.Delete(temporary);
            }
        }
    }
}
