namespace LlmSim.Model.Operators;

/// <summary>Brings rounded loads to the sum that tokens and choices demand, as collectors of kernel tables do.</summary>
internal static class LoadCorrection
{
    /// <summary>One unit at a time, ranks in turn, to the least loaded expert of a rank (or from the most loaded one).</summary>
    /// <param name="loads">Loads by expert.</param>
    /// <param name="missing">Units to add; negative to take away.</param>
    /// <param name="most">Most that one expert can have: every token once.</param>
    /// <param name="shards">Ranks, each with neighbouring experts.</param>
    public static void RoundRobin(long[] loads, long missing, int most, int shards)
    {
        int sign = Math.Sign(missing);
        int local = loads.Length / shards;
        var ranks = new PriorityQueue<int, (long Load, int Expert)>[shards];
        for (int rank = 0; rank < shards; rank++)
        {
            ranks[rank] = new(Enumerable.Range(rank * local, local).Where(Open).Select(expert => (expert, (sign * loads[expert], expert))));
        }

        int turn = 0;
        for (long left = Math.Abs(missing); left > 0; turn++)
        {
            PriorityQueue<int, (long Load, int Expert)> rank = ranks[turn % shards];
            if (!rank.TryDequeue(out int expert, out _))
            {
                continue;
            }

            loads[expert] += sign;
            left--;
            if (Open(expert))
            {
                rank.Enqueue(expert, (sign * loads[expert], expert));
            }
        }

        bool Open(int expert) => sign > 0 ? loads[expert] < most : loads[expert] > 0;
    }

    /// <summary>One unit to each expert in turn from number zero on; or one unit at a time from the most loaded.</summary>
    /// <param name="loads">Loads by expert.</param>
    /// <param name="missing">Units to add; negative to take away.</param>
    /// <param name="most">Most that one expert can have: every token once.</param>
    public static void LowestFirst(long[] loads, long missing, int most)
    {
        if (missing < 0)
        {
            RoundRobin(loads, missing, most, 1);
            return;
        }

        for (int turn = 0; missing > 0; turn++)
        {
            int expert = turn % loads.Length;
            if (loads[expert] < most)
            {
                loads[expert]++;
                missing--;
            }
        }
    }
}
