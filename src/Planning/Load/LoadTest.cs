using System.Collections.Immutable;
using LlmSim.Schedules.Serving;

namespace LlmSim.Planning.Load;

/// <summary>Runs a system under rising loads.</summary>
public static class LoadTest
{
    /// <summary>How often the border between the largest load that is kept up with and the first that is not is halved.</summary>
    private const int Halvings = 4;

    /// <summary>Runs even steps from one load to another, then narrows down where the system is overloaded.</summary>
    /// <remarks>Runs go side by side; the answer does not depend on it.</remarks>
    /// <param name="run">Runs the system under a load; called from several threads.</param>
    /// <param name="from">Smallest load, above zero.</param>
    /// <param name="to">Largest load.</param>
    /// <param name="points">Number of loads, at least two.</param>
    /// <param name="cancellation">Stops the test.</param>
    public static LoadCurve Sweep(Func<double, ServeResult> run, double from, double to, int points, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(from);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(to, from);
        ArgumentOutOfRangeException.ThrowIfLessThan(points, 2);
        var found = new LoadPoint[points];
        Parallel.For(0, points, new ParallelOptions { CancellationToken = cancellation }, i =>
        {
            double load = from + ((to - from) * i / (points - 1));
            found[i] = new LoadPoint(load, run(load));
        });
        var curve = new LoadCurve { Points = [.. found] };
        for (int i = 0; i < Halvings && curve is { Saturation: { } below, Overload: { } above }; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            double load = 0.5 * (below.Load + above.Load);
            curve = curve with { Points = [.. curve.Points.Add(new LoadPoint(load, run(load))).OrderBy(static point => point.Load)] };
        }

        return curve;
    }

    /// <summary>Loads worth looking at where nobody said which: from a tenth of what a flood of requests gets through to half more than that.</summary>
    /// <param name="run">Runs the system under a load.</param>
    /// <param name="flood">A load far above what the system can do.</param>
    public static (double From, double To) Range(Func<double, ServeResult> run, double flood)
    {
        double through = run(flood).RequestsPerSecond;
        return through > 0 ? (0.1 * through, 1.5 * through) : (0.01 * flood, flood);
    }
}
