using LlmSim.Model.Catalog;
using LlmSim.Model.Cost;

namespace LlmSim.Cli.Commands;

/// <summary>Writes an efficiency as a file that scenarios and <c>--efficiency</c> can name.</summary>
internal static class EfficiencyFile
{
    /// <summary>Writes it whole or not at all; null, or why it could not be written.</summary>
    public static string? Write(string path, Efficiency efficiency)
    {
        string temporary = path + ".tmp";
        try
        {
            File.WriteAllText(temporary, EfficiencyWriter.Write(efficiency));
            File.Move(temporary, path, overwrite: true);
            return null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            File.Delete(temporary);
            return $"{path}: {failure.Message}";
        }
    }
}
