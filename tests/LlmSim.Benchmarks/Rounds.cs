using System.Diagnostics;

namespace LlmSim.Benchmarks;

/// <summary>Times alternatives in turn, so that a noisy machine is noisy to all of them.</summary>
internal static class Rounds
{
    private const int WarmUp = 2;
    private const int Measured = 9;

    /// <summary>The median seconds of each alternative.</summary>
    public static double[] Medians(params Action[] alternatives)
    {
        var seconds = alternatives.Select(static _ => new List<double>()).ToArray();
        for (int round = -WarmUp; round < Measured; round++)
        {
            for (int i = 0; i < alternatives.Length; i++)
            {
                long start = Stopwatch.GetTimestamp();
                alternatives[i]();
                double elapsed = Stopwatch.GetElapsedTime(start).TotalSeconds;
                if (round >= 0)
                {
                    seconds[i].Add(elapsed);
                }
            }
        }

        return [.. seconds.Select(static list => list.Order().ElementAt(list.Count / 2))];
    }
}
