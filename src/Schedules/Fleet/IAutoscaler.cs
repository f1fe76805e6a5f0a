using LlmSim.Model.Units;

namespace LlmSim.Schedules.Fleet;

/// <summary>What an autoscaler sees when it looks.</summary>
/// <param name="Now">The moment.</param>
/// <param name="Current">Replicas that are asked for, whether or not they are ready.</param>
/// <param name="Metric">The metric, summed over the replicas that are ready and over requests that no replica could take.</param>
public readonly record struct ScalerView(Instant Now, int Current, double Metric);

/// <summary>Decides how many replicas a pool has. One instance serves one pool of one run and owns what it remembers.</summary>
public interface IAutoscaler
{
    /// <summary>How many replicas are wanted now.</summary>
    int Desired(in ScalerView view);
}
