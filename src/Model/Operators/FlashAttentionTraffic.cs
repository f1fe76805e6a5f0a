using LlmSim.Model.Units;

namespace LlmSim.Model.Operators;

/// <summary>Device memory traffic of one attention head by algorithm, from tile sizes and on-chip memory.</summary>
/// <remarks>N is the sequence length, d the head size, M the on-chip memory in elements. Statistics (row maxima and sums) are counted as one element a row each.</remarks>
public static class FlashAttentionTraffic
{
    /// <summary>Tiles of the first paper: Bc = ⌈M/4d⌉ columns and Br = min(Bc, d) rows (Dao 2022, algorithm 1).</summary>
    public static (int Rows, int Columns) FirstPaperTiles(Bytes sram, int headSize, Bytes element)
    {
        int columns = (int)Math.Ceiling(sram / element / (4 * headSize));
        return (Math.Min(columns, headSize), columns);
    }

    /// <summary>Tiles of FlashAttention-2 kernels (Dao 2023): 128 rows, and 128 columns up to head size 64, else 64.</summary>
    public static (int Rows, int Columns) SecondPaperTiles(int headSize) => (128, headSize <= 64 ? 128 : 64);

    /// <summary>Unfused attention: scores and probabilities of N² elements are each written and read.</summary>
    public static Bytes Unfused(double sequence, int headSize, Bytes element) =>
        element * ((2 * sequence * headSize) + (sequence * sequence) // scores = Q Kᵀ
            + (2 * sequence * sequence) // softmax
            + (sequence * sequence) + (2 * sequence * headSize)); // context = P V

    /// <summary>The first paper's algorithm: an outer loop over ⌈N/Bc⌉ column tiles, each of which reads Q, O and the statistics and writes O and them again.</summary>
    public static Bytes FirstPaper(double sequence, int headSize, Bytes sram, Bytes element)
    {
        (_, int columns) = FirstPaperTiles(sram, headSize, element);
        double passes = Math.Ceiling(sequence / columns);
        double keysAndValues = 2 * sequence * headSize;
        double eachPass = (3 * sequence * headSize) + (4 * sequence);
        return element * (keysAndValues + (passes * eachPass));
    }

    /// <summary>FlashAttention-2: an outer loop over row tiles keeps O on chip, so that O is written once and K and V are read once for each row tile.</summary>
    /// <remarks>Row tiles of one head run at the same time, so that K and V come from the L2 cache after the first; this counts what leaves it.</remarks>
    public static Bytes SecondPaperToL2(double sequence, int headSize, Bytes element)
    {
        (int rows, _) = SecondPaperTiles(headSize);
        double tiles = Math.Ceiling(sequence / rows);
        return element * ((2 * sequence * headSize) + sequence + (tiles * 2 * sequence * headSize));
    }

    /// <summary>FlashAttention-2 where K and V of a head fit the L2 cache: Q, K, V are read once, O and the log-sum are written once.</summary>
    public static Bytes SecondPaper(double sequence, int headSize, Bytes element) => element * ((4 * sequence * headSize) + sequence);
}
