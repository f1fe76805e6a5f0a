namespace LlmSim.Model.Cost;

/// <summary>Tiles into which the causal attention of a prompt is cut for one group of heads that share tiles, in closed form.</summary>
/// <param name="Count">Tiles of queries.</param>
/// <param name="KeyBlocks">Blocks of keys over all tiles.</param>
/// <param name="Longest">Blocks of keys of the longest tile.</param>
/// <remarks>
/// Tile i of u tokens (its rows divided by the heads that share it) takes whole blocks of b keys from where the window of its first token begins to its last
/// token: ceil((past + i·u)/b) - floor((past + (i - 1)·u - W)/b). The sums over i are those of ceil(j/k) and floor(j/k) with k = b/u; lengths need not be whole,
/// because batches are known by their means.
/// </remarks>
public readonly record struct PrefillTiles(double Count, double KeyBlocks, double Longest)
{
    /// <summary>The tiles of one prompt.</summary>
    /// <param name="tokens">New tokens, above zero.</param>
    /// <param name="past">Cached tokens.</param>
    /// <param name="window">Tokens that a position sees; zero for all.</param>
    /// <param name="rows">Queries of a tile.</param>
    /// <param name="keyBlock">Keys of a block.</param>
    /// <param name="heads">Heads that share a tile, at least one.</param>
    public static PrefillTiles Of(double tokens, double past, int window, double rows, double keyBlock, double heads)
    {
        double span = rows / heads;
        double ratio = keyBlock / span;
        double count = Math.Ceiling((tokens / span) - 1e-9);
        double before = past / span;
        double last = Math.Ceiling((past + tokens) / keyBlock);
        double blocks = SumOfCeilings(count - 1 + before, ratio) - SumOfCeilings(before, ratio) + last;
        if (window <= 0)
        {
            return new(count, Math.Max(blocks, count), last);
        }

        double unseen = (past - window) / span;
        blocks -= SumOfFloors(count + unseen, ratio) - SumOfFloors(unseen, ratio);
        return new(count, Math.Max(blocks, count), Math.Min(last, ((window + span) / keyBlock) + 1));
    }

    /// <summary>The sum of ceil(j/k) for j from 1 to m.</summary>
    private static double SumOfCeilings(double m, double k)
    {
        double whole = Math.Floor(m / k);
        return k >= 1 ? (k * whole * (whole + 1) / 2) + ((m - (k * whole)) * (whole + 1)) : m * (m + 1) / (2 * k);
    }

    /// <summary>The sum of floor(j/k) for j from 0 to m - 1.</summary>
    private static double SumOfFloors(double m, double k)
    {
        double count = Math.Max(0, m);
        double whole = Math.Floor(count / k);
        return k >= 1 ? (k * whole * (whole - 1) / 2) + ((count - (k * whole)) * whole) : Math.Max(0, count * (count - 1) / (2 * k));
    }
}
