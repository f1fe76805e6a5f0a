namespace LlmSim.Benchmarks;

/// <summary>Times alternatives in turn, so that a noisy machine is noisy to all of them.</summary>
/// <remarks>Processor time, not wall time: the loops run on one thread, and neighbours on a shared machine would count otherwise.</remarks>
internal static class Rounds
{
    private const int WarmUp = 2;
    private const int Measured = 9;

    /// <summary>The median processor seconds of each alternative.</summary>
    public static double[] Medians(params Action[] alternatives)
    {
        var seconds = alternatives.Select(static _ => new List<double>()).ToArray();
        for (int round = -WarmUp; round < Measured; round++)
        {
            for (int i = 0; i < alternatives.Length; i++)
            {
                TimeSpan start = Environment.CpuUsage.TotalTime;
                alternatives[i]();
                double elapsed = (Environment.CpuUsage.TotalTime - start).TotalSeconds;
                if (round >= 0)
                {
                    seconds[i].Add(elapsed);
                }
            }
        }

        return [.. seconds.Select(static list => list.Order().ElementAt(list.Count / 2))];
    }
}
