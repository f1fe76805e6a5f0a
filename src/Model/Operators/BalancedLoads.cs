namespace LlmSim.Model.Operators;

/// <summary>Loads of experts round which tokens walk in steps.</summary>
internal static class BalancedLoads
{
    /// <summary>Token t takes the experts t + j⌈E/k⌉ modulo E; few tokens are spread over the first step.</summary>
    public static long[] Of(int experts, int topK, int tokens, ExpertRouting routing)
    {
        int stride = (experts + topK - 1) / topK;
        long[] loads = new long[experts];
        int[] chosen = new int[topK];

        // The walk repeats after E tokens.
        int rounds = tokens / experts;
        int rest = tokens % experts;
        for (int token = 0; token < (rounds > 0 ? experts : rest); token++)
        {
            long times = rounds + (token < rest ? 1 : 0);
            int first = tokens >= stride ? token : token * stride / tokens;
            for (int j = 0; j < topK; j++)
            {
                chosen[j] = (first + (j * stride)) % experts;
            }

            if (routing.Limited)
            {
                GroupLimit.Add(loads, chosen, times, routing);
                continue;
            }

            foreach (int expert in chosen)
            {
                loads[expert] += times;
            }
        }

        return loads;
    }
}
