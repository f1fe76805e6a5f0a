using LlmSim.Model.Units;

namespace LlmSim.Schedules.Fleet;

/// <summary>Where replicas get machines from.</summary>
public sealed record NodePlan
{
    /// <summary>Nodes that are there from the start and never go.</summary>
    public int Warm { get; init; }

    /// <summary>Most nodes, warm ones included: the quota.</summary>
    public int Quota { get; init; } = int.MaxValue;

    /// <summary>Time until a node that was asked for is there.</summary>
    public Seconds Provision { get; init; }

    /// <summary>How long an empty node is kept.</summary>
    public Seconds Keep { get; init; } = new(600);
}
