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
            int distance = Distance(Normalized(word), Normalized(candidate), best);
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

    /// <summary>Letters inserted, left out, replaced or swapped with their neighbour, counted up to <paramref name="limit"/>.</summary>
    /// <remarks>Optimal string alignment: Damerau 1964, with each swap counted once.</remarks>
    internal static int Distance(string left, string right, int limit)
    {
        if (Math.Abs(left.Length - right.Length) >= limit)
        {
            return limit;
        }

        int[] beforeLast = [];
        int[] last = [];
        for (int i = 0; i <= left.Length; i++)
        {
            int[] row = new int[right.Length + 1];
            for (int j = 0; j <= right.Length; j++)
            {
                row[j] = i == 0 || j == 0 ? i + j : Cheapest(beforeLast, last, row, left, right, i, j);
            }

            (beforeLast, last) = (last, row);
        }

        return Math.Min(last[right.Length], limit);
    }

    private static int Cheapest(int[] beforeLast, int[] last, int[] row, string left, string right, int i, int j)
    {
        int replace = last[j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1);
        int cheapest = Math.Min(replace, Math.Min(last[j], row[j - 1]) + 1);
        bool swapped = i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1];
        return swapped ? Math.Min(cheapest, beforeLast[j - 2] + 1) : cheapest;
    }

    private static string Normalized(string word) => word.ToLowerInvariant().Replace('-', '_');
}
