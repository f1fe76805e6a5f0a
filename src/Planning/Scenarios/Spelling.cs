using LlmSim.Model.Catalog;

namespace LlmSim.Planning.Scenarios;

/// <summary>Finds the legal word that a mistyped one was most likely meant to be.</summary>
internal static class Spelling
{
    /// <summary>The nearest candidate, or null where none is near: at most a third of the letters may differ, and always one may.</summary>
    public static string? Nearest(string word, IEnumerable<string> candidates)
    {
        string? nearest = null;
        int best = Math.Max(1, (word.Length + 1) / 3) + 1;
        foreach (string candidate in candidates)
        {
            int distance = NearestName.Distance(Normalized(word), Normalized(candidate));
            if (distance < best)
            {
                (nearest, best) = (candidate, distance);
            }
        }

        return nearest;
    }

    /// <summary><c> (did you mean 'x'?)</c>, or nothing.</summary>
    public static string Hint(string word, IEnumerable<string> candidates) =>
        Nearest(word, candidates) is { } nearest ? $" (did you mean '{nearest}'?)" : string.Empty;

    private static string Normalized(string word) => word.ToLowerInvariant().Replace('-', '_');
}
