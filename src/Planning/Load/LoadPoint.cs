using LlmSim.Schedules.Serving;
using LlmSim.Schedules.Serving.Results;

namespace LlmSim.Planning.Load;

/// <summary>A serving system under one load.</summary>
/// <param name="Load">Requests a second, or clients in a closed loop.</param>
/// <param name="Result">What the run showed.</param>
public sealed record LoadPoint(double Load, ServeResult Result)
{
    /// <summary>Whether more was asked than could be done.</summary>
    public bool IsOverloaded => Result.Saturation?.State == LoadState.Overloaded;

    /// <summary>Completed requests a second over the mean time of one, in 1/s²; zero where none completed.</summary>
    /// <remarks>"Power" after Kleinrock 1979 ("Power and deterministic rules of thumb for probabilistic problems in computer communications").</remarks>
    public double Power => Result.EndToEnd is { } time ? Result.RequestsPerSecond / time.Mean.Value : 0;

    /// <summary>Share of the requests that ended which kept every promise of their class, 0 to 1.</summary>
    public double Attainment
    {
        get
        {
            long ended = Result.Classes.Sum(static one => one.Ended);
            return ended == 0 ? 0 : (double)Result.Classes.Sum(static one => one.Good) / ended;
        }
    }
}
