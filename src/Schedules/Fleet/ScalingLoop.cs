using LlmSim.Model.Units;

namespace LlmSim.Schedules.Fleet;

/// <summary>Reads a pool's metric and lets its autoscaler look at it, each at its period. Owns the readings and the autoscaler.</summary>
internal sealed class ScalingLoop
{
    private readonly PoolState _pool;
    private readonly FleetAgenda _agenda;
    private readonly Func<int> _held;
    private readonly FleetTally _tally;
    private readonly AutoscalerPlan? _plan;
    private readonly IAutoscaler? _scaler;
    private readonly MetricPipeline? _pipeline;
    private Seconds _busyBefore;
    private long _routedBefore;

    /// <summary>A loop for a pool.</summary>
    /// <param name="pool">The pool.</param>
    /// <param name="agenda">Where its moments are noted.</param>
    /// <param name="held">Requests that no replica could take.</param>
    /// <param name="tally">What replicas did.</param>
    internal ScalingLoop(PoolState pool, FleetAgenda agenda, Func<int> held, FleetTally tally)
    {
        (_pool, _agenda, _held, _tally, _plan) = (pool, agenda, held, tally, pool.Plan.Autoscaler);
        if (_plan is not null)
        {
            (_scaler, _pipeline) = (Autoscalers.Create(_plan), new MetricPipeline(_plan));
        }
    }

    internal void Begin(Instant now)
    {
        if (_plan is not null)
        {
            _agenda.At(now + _plan.Scrape, () => Scrape(now + _plan.Scrape));
            _agenda.At(now + _plan.Period, () => Look(now + _plan.Period));
        }
    }

    private void Scrape(Instant now)
    {
        _pipeline!.Read(now, Metric(now));
        _agenda.At(now + _plan!.Scrape, () => Scrape(now + _plan.Scrape));
    }

    private void Look(Instant now)
    {
        int wanted = _scaler!.Desired(new ScalerView(now, _pool.Wanted, _pipeline!.Seen(now)));
        _pool.ScaleTo(Math.Clamp(wanted, _plan!.Min, _plan.Max), now);
        _pool.Reconcile(now);
        _agenda.At(now + _plan.Period, () => Look(now + _plan.Period));
    }

    private double Metric(Instant now)
    {
        IEnumerable<FleetReplica> ready = _pool.Replicas.Where(static r => r.State == ReplicaState.Ready);
        return _plan!.Metric switch
        {
            ScalingMetric.Concurrency => _held() + ready.Sum(static r => r.Engine.Outstanding),
            ScalingMetric.Waiting => _held() + ready.Sum(static r => r.Engine.Waiting),
            ScalingMetric.KvUsage => _held() + ready.Sum(static r => (double)r.Engine.KvCache.Used / r.Engine.KvCache.Capacity),
            ScalingMetric.RequestRate => Since(ref _routedBefore, _tally.RoutedTo(_pool.Plan.Name)) / _plan.Scrape.Value,
            _ => _held() + (Busy(now) / _plan.Scrape),
        };
    }

    private Seconds Busy(Instant now)
    {
        Seconds busy = _tally.BusyUntil(_pool.Plan.Name, now);
        Seconds passed = busy - _busyBefore;
        _busyBefore = busy;
        return passed;
    }

    private static double Since(ref long before, long now)
    {
        long passed = now - before;
        before = now;
        return passed;
    }
}
