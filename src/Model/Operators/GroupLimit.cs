namespace LlmSim.Model.Operators;

/// <summary>A router that keeps few groups of experts, fed with logits that only say chosen or not.</summary>
/// <remarks>Groups rank by their two best experts; ties fall to the lower number, so rejected choices fall on the lowest experts of the kept groups.</remarks>
internal static class GroupLimit
{
    /// <summary>Loads after the limit, of tokens that take pair t, T + t, 2T + t, … of the list of pairs, the most loaded experts first.</summary>
    public static long[] Apply(long[] loads, int topK, int tokens, ExpertRouting routing)
    {
        long[] limited = new long[loads.Length];
        int[] order = [.. Enumerable.Range(0, loads.Length).OrderByDescending(expert => loads[expert])];
        long[] ends = new long[loads.Length];
        long sum = 0;
        for (int place = 0; place < order.Length; place++)
        {
            ends[place] = sum += loads[order[place]];
        }

        int[] places = new int[topK];
        int[] chosen = new int[topK];
        long token = 0;
        while (token < tokens)
        {
            // Neighbouring tokens choose alike until one of the lists reaches its expert's end.
            long next = tokens;
            for (int j = 0; j < topK; j++)
            {
                long position = ((long)j * tokens) + token;
                while (ends[places[j]] <= position)
                {
                    places[j]++;
                }

                chosen[j] = order[places[j]];
                next = Math.Min(next, ends[places[j]] - ((long)j * tokens));
            }

            Add(limited, chosen, next - token, routing);
            token = next;
        }

        return limited;
    }

    /// <summary>Adds what the router makes of the choices of some tokens.</summary>
    public static void Add(long[] loads, ReadOnlySpan<int> chosen, long tokens, ExpertRouting routing)
    {
        int size = loads.Length / routing.Groups;
        Span<int> counts = stackalloc int[routing.Groups];
        Span<bool> kept = stackalloc bool[routing.Groups];
        foreach (int expert in chosen)
        {
            counts[expert / size]++;
        }

        for (int keep = 0; keep < routing.KeptGroups; keep++)
        {
            int best = -1;
            for (int group = 0; group < routing.Groups; group++)
            {
                if (!kept[group] && (best < 0 || Math.Min(2, counts[group]) > Math.Min(2, counts[best])))
                {
                    best = group;
                }
            }

            kept[best] = true;
        }

        int rejected = 0;
        foreach (int expert in chosen)
        {
            if (kept[expert / size])
            {
                loads[expert] += tokens;
            }
            else
            {
                rejected++;
            }
        }

        for (int expert = 0; rejected > 0 && expert < loads.Length; expert++)
        {
            if (kept[expert / size] && !chosen.Contains(expert))
            {
                loads[expert] += tokens;
                rejected--;
            }
        }
    }
}
