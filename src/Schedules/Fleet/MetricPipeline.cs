using LlmSim.Model.Units;

namespace LlmSim.Schedules.Fleet;

/// <summary>Readings of a metric on their way to the autoscaler, which sees them late and averaged. Owns the readings that are still of use.</summary>
internal sealed class MetricPipeline
{
    private readonly AutoscalerPlan _plan;
    private readonly Queue<(Instant Time, double Value)> _readings = new();
    private double _last;

    internal MetricPipeline(AutoscalerPlan plan) => _plan = plan;

    internal void Read(Instant now, double value) => _readings.Enqueue((now, value));

    /// <summary>What the autoscaler sees at a moment: the mean of the readings of the window that have arrived, else the last that arrived before.</summary>
    internal double Seen(Instant now)
    {
        (double sum, int count) = (0, 0);
        foreach ((Instant time, double value) in _readings)
        {
            if (time + _plan.Lag <= now)
            {
                _last = value;
                bool isRecent = time + (_plan.Lag + _plan.Window) > now;
                (sum, count) = isRecent ? (sum + value, count + 1) : (sum, count);
            }
        }

        while (_readings.TryPeek(out (Instant Time, double Value) first) && first.Time + (_plan.Lag + _plan.Window) <= now)
        {
            _readings.Dequeue();
        }

        return count > 0 ? sum / count : _last;
    }
}
