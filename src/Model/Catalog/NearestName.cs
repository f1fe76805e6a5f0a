using System.Collections.Immutable;

namespace LlmSim.Model.Catalog;

/// <summary>The legal names that a mistyped one was probably meant to be.</summary>
public static class NearestName
{
    private const int ShortestFragment = 2;

    /// <summary>The legal name nearest to <paramref name="found"/>, or null where none is near.</summary>
    public static string? Find(string found, IEnumerable<string> legal) => Suggest(found, legal, 1).FirstOrDefault();

    /// <summary>Up to <paramref name="count"/> legal names near to <paramref name="found"/>, nearest first, then in ordinal order.</summary>
    /// <remarks>A name that contains what was typed is as near as one with a single slip. Upper and lower case are the same.</remarks>
    public static ImmutableArray<string> Suggest(string found, IEnumerable<string> legal, int count)
    {
        int farthest = Math.Max(2, found.Length / 3);
        return
        [
            .. legal
                .Distinct(StringComparer.Ordinal)
                .Select(name => (Name: name, Far: Contains(name, found) ? 1 : Distance(found, name)))
                .Where(candidate => candidate.Far <= farthest && candidate.Far < Math.Max(found.Length, candidate.Name.Length))
                .OrderBy(static candidate => candidate.Far)
                .ThenBy(static candidate => candidate.Name, StringComparer.Ordinal)
                .Take(count)
                .Select(static candidate => candidate.Name),
        ];
    }

    /// <summary>How many insertions, deletions, replacements and swaps of neighbours turn one name into the other.</summary>
    /// <remarks>Optimal string alignment: F. J. Damerau, "A technique for … correction of spelling errors", CACM 7(3), 1964.</remarks>
    public static int Distance(string left, string right)
    {
        int[][] cost = [.. Enumerable.Range(0, left.Length + 1).Select(i => new int[right.Length + 1])];
        for (int i = 0; i <= left.Length; i++)
        {
            for (int j = 0; j <= right.Length; j++)
            {
                if (i == 0 || j == 0)
                {
                    cost[i][j] = i + j;
                    continue;
                }

                int replace = Same(left[i - 1], right[j - 1]) ? 0 : 1;
                int best = Math.Min(Math.Min(cost[i - 1][j], cost[i][j - 1]) + 1, cost[i - 1][j - 1] + replace);
                bool swapped = i > 1 && j > 1 && Same(left[i - 1], right[j - 2]) && Same(left[i - 2], right[j - 1]);
                cost[i][j] = swapped ? Math.Min(best, cost[i - 2][j - 2] + 1) : best;
            }
        }

        return cost[left.Length][right.Length];
    }

    private static bool Contains(string name, string fragment) =>
        fragment.Length >= ShortestFragment && name.Contains(fragment, StringComparison.OrdinalIgnoreCase);

    private static bool Same(char left, char right) => char.ToLowerInvariant(left) == char.ToLowerInvariant(right);
}
