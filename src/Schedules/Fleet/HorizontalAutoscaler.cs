using LlmSim.Model.Units;

namespace LlmSim.Schedules.Fleet;

/// <summary>The horizontal pod autoscaler of Kubernetes. Owns its past recommendations.</summary>
/// <remarks>
/// desired = ceil(current x metric / target), nothing within the tolerance; then the least recommendation of the window for growing, the greatest of the one
/// for shrinking, and the largest step of each. Replicas that are not ready count with a metric of zero, which keeps a start from being followed by more
/// (Kubernetes, "Horizontal Pod Autoscaling", section on the algorithm). It is off while no replica is asked for.
/// </remarks>
public sealed class HorizontalAutoscaler : IAutoscaler
{
    private readonly AutoscalerPlan _plan;
    private readonly Queue<(Instant Time, int Wanted)> _wanted = new();

    /// <summary>An autoscaler without a past.</summary>
    public HorizontalAutoscaler(AutoscalerPlan plan) => _plan = plan;

    /// <inheritdoc/>
    public int Desired(in ScalerView view)
    {
        if (view.Current == 0)
        {
            return 0;
        }

        _wanted.Enqueue((view.Now, Wanted(view)));
        Seconds longest = Seconds.Max(_plan.StabilizationUp, _plan.StabilizationDown);
        while (_wanted.Peek().Time + longest < view.Now)
        {
            _wanted.Dequeue();
        }

        return Math.Clamp(Stabilized(view), (int)Math.Floor(view.Current * (1 - _plan.ShareDown)), MostNow(view.Current));
    }

    private int Wanted(in ScalerView view)
    {
        double ratio = view.Metric / (view.Current * _plan.Target);
        double wanted = Math.Abs(ratio - 1) <= _plan.Tolerance ? view.Current : Math.Ceiling(view.Current * ratio * (1 - 1e-12));
        return (int)Math.Clamp(wanted, Math.Max(1, _plan.Min), _plan.Max);
    }

    private int Stabilized(in ScalerView view)
    {
        (Instant now, int least, int greatest) = (view.Now, int.MaxValue, 0);
        foreach ((Instant time, int wanted) in _wanted)
        {
            least = time + _plan.StabilizationUp >= now ? Math.Min(least, wanted) : least;
            greatest = time + _plan.StabilizationDown >= now ? Math.Max(greatest, wanted) : greatest;
        }

        return view.Current < least ? least : Math.Min(view.Current, greatest);
    }

    private int MostNow(int current) => (int)Math.Min(int.MaxValue, Math.Max(current + (double)_plan.StepUp, Math.Floor(current * (1 + _plan.GrowthUp))));
}
