using LlmSim.Model.Units;

namespace LlmSim.Schedules.Fleet;

/// <summary>Starts from none and goes to none, as KEDA does; between one and the most it leaves the number to a horizontal autoscaler. Owns since when it is idle.</summary>
/// <remarks>KEDA, "Scaling Deployments, StatefulSets and Custom Resources": the activation phase from and to zero, and the scaling phase.</remarks>
public sealed class EventDrivenAutoscaler : IAutoscaler
{
    private readonly AutoscalerPlan _plan;
    private readonly HorizontalAutoscaler _scaling;
    private Instant? _idleSince;

    /// <summary>An autoscaler without a past.</summary>
    public EventDrivenAutoscaler(AutoscalerPlan plan) => (_plan, _scaling) = (plan, new HorizontalAutoscaler(plan));

    /// <inheritdoc/>
    public int Desired(in ScalerView view)
    {
        if (view.Metric > _plan.Activation)
        {
            _idleSince = null;
            return view.Current == 0 ? Math.Max(1, _plan.Min) : _scaling.Desired(view);
        }

        _idleSince ??= view.Now;
        int scaled = _scaling.Desired(view);
        return _idleSince + _plan.Cooldown <= view.Now ? _plan.Min : scaled;
    }
}
