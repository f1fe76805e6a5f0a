using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using LlmSim.Model.Catalog;
using LlmSim.Model.Cost;

namespace LlmSim.Cli.Commands;

/// <summary>An efficiency named on the command line: by its catalog key or as a file.</summary>
internal static class EfficiencyFile
{
    /// <summary>Reads it; on failure <paramref name="problems"/> says everything that is wrong.</summary>
    public static bool TryRead(string nameOrPath, [NotNullWhen(true)] out Efficiency? efficiency, out ImmutableArray<string> problems)
    {
        problems = [];
        if (EfficiencyCatalog.Section.TryFind(nameOrPath, out efficiency))
        {
            return true;
        }

        if (!File.Exists(nameOrPath))
        {
            ImmutableArray<string> near = EfficiencyCatalog.Section.Suggest(nameOrPath);
            string hint = near.IsEmpty ? string.Empty : $"; did you mean {string.Join(" or ", near.Select(static n => $"'{n}'"))}?";
            problems = [$"{nameOrPath}: neither an efficiency of the catalog nor a file{hint}"];
            return false;
        }

        try
        {
            using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(nameOrPath));
            if (EfficiencyRecord.TryRead(json.RootElement, out efficiency, out ImmutableArray<RecordProblem> found))
            {
                return true;
            }

            problems = [.. found.Select(problem => $"{nameOrPath}: {problem.Path}: {problem.Message}")];
        }
        catch (JsonException failure)
        {
            problems = [FormattableString.Invariant($"{nameOrPath}:{failure.LineNumber + 1}:{failure.BytePositionInLine + 1}: not JSON: {failure.Message}")];
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            problems = [$"{nameOrPath}: {failure.Message}"];
        }

        efficiency = null;
        return false;
    }

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
