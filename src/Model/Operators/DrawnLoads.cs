using LlmSim.Model.Draws;

namespace LlmSim.Model.Operators;

/// <summary>Loads of experts as the collector of public kernel tables makes them: balanced, or drawn from a power law.</summary>
internal static class DrawnLoads
{
    /// <summary>The collector averages so many routings in one measurement.</summary>
    private const int Draws = 5;

    private const long Seed = 20_240_117;

    /// <summary>The loads of the busiest rank, averaged over draws where the law has any.</summary>
    public static CountedLoads Average(int experts, int topK, int tokens, int shards, ExpertRouting routing)
    {
        if (routing.Law == RoutingLaw.Balanced)
        {
            return OfBusiest([BalancedLoads.Of(experts, topK, tokens, routing)], shards, timedFirst: routing.Limited);
        }

        long[][] draws = [.. Enumerable.Range(0, Draws).Select(draw => PowerLaw(experts, topK, tokens, shards, routing, draw))];
        if (!routing.Limited)
        {
            return OfBusiest(draws, shards, timedFirst: false);
        }

        foreach (long[] loads in draws)
        {
            MoveBusiestFirst(loads, shards);
        }

        return OfBusiest([.. draws.Select(loads => GroupLimit.Apply(loads, topK, tokens, routing))], shards, timedFirst: true);
    }

    /// <summary>E loads on a power law: between 1 and 0.8 T, or 0.01 and 2 where there are fewer pairs than experts; scaled, rounded and brought to T·k.</summary>
    private static long[] PowerLaw(int experts, int topK, int tokens, int shards, ExpertRouting routing, int draw)
    {
        long pairs = (long)tokens * topK;
        (double low, double high) = pairs > experts ? (1d, Math.Max(1, 0.8 * tokens)) : (0.01, 2d);
        var random = new CounterRandom(Seed, draw);
        double[] weights = new double[experts];
        double sum = 0;
        for (int expert = 0; expert < experts; expert++)
        {
            sum += weights[expert] = Quantile(random.Uniform(expert), low, high, routing.Exponent);
        }

        long[] loads = new long[experts];
        for (int expert = 0; expert < experts; expert++)
        {
            loads[expert] = Math.Min(tokens, (long)Math.Round(weights[expert] * (pairs / sum), MidpointRounding.ToEven));
        }

        long missing = pairs - LoadCorrection.Sum(loads);
        if (routing.LowestFirst)
        {
            LoadCorrection.LowestFirst(loads, missing, tokens);
        }
        else
        {
            LoadCorrection.RoundRobin(loads, missing, tokens, shards);
        }

        return loads;
    }

    private static double Quantile(double u, double low, double high, double exponent)
    {
        double order = 1 - exponent;
        return Math.Abs(order) < 1e-9
            ? low * Math.Pow(high / low, u)
            : Math.Pow(Math.Pow(low, order) + (u * (Math.Pow(high, order) - Math.Pow(low, order))), 1 / order);
    }

    private static void MoveBusiestFirst(long[] loads, int shards)
    {
        int local = loads.Length / shards;
        int busiest = Busiest(loads, shards) * local;
        for (int i = 0; i < local && busiest > 0; i++)
        {
            (loads[i], loads[busiest + i]) = (loads[busiest + i], loads[i]);
        }
    }

    private static int Busiest(long[] loads, int shards)
    {
        int local = loads.Length / shards;
        int busiest = 0;
        long most = -1;
        for (int rank = 0; rank < shards; rank++)
        {
            long sum = LoadCorrection.Sum(loads.AsSpan(rank * local, local));
            (busiest, most) = sum > most ? (rank, sum) : (busiest, most);
        }

        return busiest;
    }

    private static CountedLoads OfBusiest(long[][] draws, int shards, bool timedFirst)
    {
        double touched = 0;
        double pairs = 0;
        double[] blocks = new double[ExpertLoads.TileRows.Length];
        foreach (long[] loads in draws)
        {
            int local = loads.Length / shards;
            int rank = timedFirst ? 0 : Busiest(loads, shards);
            foreach (long load in loads.AsSpan(rank * local, local))
            {
                touched += load > 0 ? 1 : 0;
                pairs += load;
                for (int i = 0; i < blocks.Length; i++)
                {
                    blocks[i] += (load + (8 << i) - 1) >> (3 + i);
                }
            }
        }

        return new(touched / draws.Length, pairs / draws.Length, [.. blocks.Select(sum => sum / draws.Length)]);
    }
}
