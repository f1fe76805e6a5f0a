using LlmSim.Model.Hardware;
using LlmSim.Model.Units;

namespace LlmSim.Schedules.Training.Runs;

/// <summary>How often machines fail, and what it takes to go on.</summary>
/// <remarks>
/// Times between failures are exponential and independent: the first failure of n devices then comes after MTBF / n on average. One failure stops the
/// whole run, as synchronous training does.
/// </remarks>
public sealed record FailurePlan
{
    /// <summary>Mean time between failures of one accelerator; null where only nodes fail.</summary>
    public Seconds? DeviceMtbf { get; init; }

    /// <summary>Mean time between failures of the rest of one node (host, network, software); null where only devices fail.</summary>
    public Seconds? NodeMtbf { get; init; }

    /// <summary>Time until the failure is noticed, such as the timeout of a collective.</summary>
    public Seconds Detection { get; init; }

    /// <summary>Time to schedule, start containers and processes, and open communicators again; loading state comes on top.</summary>
    public Seconds Restart { get; init; }

    /// <summary>Nodes that stand by; null where there is always one.</summary>
    public int? SpareNodes { get; init; }

    /// <summary>Time until a failed node is back as a spare.</summary>
    public Seconds Repair { get; init; }

    /// <summary>Mean time between failures of the whole cluster.</summary>
    public Seconds Mtbf(Cluster cluster) => new(1 / ((cluster.Devices / (DeviceMtbf?.Value ?? double.PositiveInfinity)) + (cluster.Nodes / (NodeMtbf?.Value ?? double.PositiveInfinity))));
}
