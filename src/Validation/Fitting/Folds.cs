using System.Collections.Immutable;

namespace LlmSim.Validation.Fitting;

/// <summary>The split of rows into folds that keep whole groups together.</summary>
internal static class Folds
{
    /// <summary>Folds of a cross-validation where there are enough groups.</summary>
    public const int Count = 5;

    /// <summary>The fold of each row: groups in the order of a fixed hash, each to the fold that has the fewest rows so far.</summary>
    public static int[] Of(ImmutableArray<string> groups)
    {
        int folds = Math.Min(Count, groups.Distinct(StringComparer.Ordinal).Count());
        int[] rows = new int[folds];
        var fold = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (IGrouping<string, string> group in groups.GroupBy(static g => g, StringComparer.Ordinal).OrderBy(static g => Hash(g.Key)).ThenBy(static g => g.Key, StringComparer.Ordinal))
        {
            int least = Array.IndexOf(rows, rows.Min());
            fold[group.Key] = least;
            rows[least] += group.Count();
        }

        return [.. groups.Select(g => fold[g])];
    }

    /// <summary>FNV-1a, which is the same on every machine and run.</summary>
    private static uint Hash(string text)
    {
        uint hash = 2166136261;
        foreach (char c in text)
        {
            hash = unchecked((hash ^ c) * 16777619);
        }

        return hash;
    }
}
