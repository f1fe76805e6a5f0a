namespace LlmSim.Model.Operators;

/// <summary>Brings rounded loads to the sum that tokens and choices demand, as collectors of kernel tables do.</summary>
internal static class LoadCorrection
{
    /// <summary>One unit at a time, ranks in turn, to the least loaded expert of a rank (or from the most loaded one).</summary>
    /// <param name="loads">Loads by expert.</param>
    /// <param name="missing">Units to add; negative to take away.</param>
    /// <param name="most">Most that one expert can have: every token once.</param>
    /// <param name="shards">Ranks, each with neighbouring experts.</param>
    /// <remarks>Done for all turns at once: ranks share the units evenly as far as they have room, and a rank fills up from below.</remarks>
    public static void RoundRobin(long[] loads, long missing, int most, int shards)
    {
        int local = loads.Length / shards;
        long[] units = new long[shards];
        long[] room = new long[shards];
        for (int rank = 0; rank < shards; rank++)
        {
            long sum = Sum(loads.AsSpan(rank * local, local));
            room[rank] = missing > 0 ? ((long)most * local) - sum : sum;
        }

        long left = Math.Abs(missing);
        while (left > 0 && room.Count(static units => units > 0) is > 0 and int open)
        {
            long share = Math.Max(1, left / open);
            for (int rank = 0; rank < shards && left > 0; rank++)
            {
                long given = Math.Min(Math.Min(share, room[rank]), left);
                units[rank] += given;
                room[rank] -= given;
                left -= given;
            }
        }

        for (int rank = 0; rank < shards; rank++)
        {
            Level(loads.AsSpan(rank * local, local), Math.Sign(missing) * units[rank], most);
        }
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

    /// <summary>The sum of loads.</summary>
    public static long Sum(ReadOnlySpan<long> loads)
    {
        long sum = 0;
        foreach (long load in loads)
        {
            sum += load;
        }

        return sum;
    }

    /// <summary>Raises the lowest loads to a common level by so many units, or lowers the highest.</summary>
    private static void Level(Span<long> loads, long units, int most)
    {
        if (units == 0)
        {
            return;
        }

        // The last level that does not take more units than there are.
        long low = units > 0 ? 0 : -most;
        long high = units > 0 ? most : 0;
        int sign = Math.Sign(units);
        while (low < high)
        {
            long middle = low + ((high - low + 1) / 2);
            (low, high) = Needed(loads, sign, middle) <= Math.Abs(units) ? (middle, high) : (low, middle - 1);
        }

        long rest = Math.Abs(units) - Needed(loads, sign, low);
        for (int i = 0; i < loads.Length; i++)
        {
            if (sign * loads[i] <= low)
            {
                loads[i] = sign * (rest-- > 0 ? low + 1 : low);
            }
        }
    }

    private static long Needed(ReadOnlySpan<long> loads, int sign, long level)
    {
        long needed = 0;
        foreach (long load in loads)
        {
            needed += Math.Max(0, level - (sign * load));
        }

        return needed;
    }
}
