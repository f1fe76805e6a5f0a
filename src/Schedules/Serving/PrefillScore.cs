namespace LlmSim.Schedules.Serving;

/// <summary>How many pairs of a query and a key a chunk of a prompt scores.</summary>
internal static class PrefillScore
{
    /// <summary>Under the causal mask the i-th of c new tokens sees the p cached ones and i new ones: the sum is c·p + c·(c+1)/2.</summary>
    internal static double Full(long past, long tokens) => ((double)tokens * past) + (0.5 * tokens * (tokens + 1d));

    /// <summary>The same with each query seeing at most <paramref name="window"/> keys; zero stands for no window.</summary>
    internal static double Windowed(long past, long tokens, int window)
    {
        if (window == 0)
        {
            return Full(past, tokens);
        }

        long below = Math.Clamp(window - past, 0, tokens);
        return Full(past, below) + ((double)(tokens - below) * window);
    }
}
