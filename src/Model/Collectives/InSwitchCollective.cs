using LlmSim.Model.Units;

namespace LlmSim.Model.Collectives;

/// <summary>The switch adds up what the ranks hold and multicasts the sum (NVLink SHARP).</summary>
/// <remarks>
/// Each rank is read once in full (M out), and multicasts the 1/n of the sum that it is responsible for (M/n out): (1 + 1/n) M against the ring's
/// 2(n-1)/n M. The fit of H100 rows found no separate gain at 8 ranks beyond what the library's constants contain, so prices do not add one.
/// </remarks>
public sealed class InSwitchCollective : ICollectiveAlgorithm
{
    /// <inheritdoc/>
    public string Name => "in-switch reduction";

    /// <inheritdoc/>
    public string Source => "Klenk et al. 2020, An in-network architecture for accelerating shared-memory multiprocessor collectives, section IV";

    /// <inheritdoc/>
    public bool Supports(in Collective collective) => collective.Kind == CollectiveKind.AllReduce && collective.Group.InsideOneDomain;

    /// <inheritdoc/>
    public CollectiveTraffic Traffic(in Collective collective) => collective.Group.Size <= 1
        ? default
        : new CollectiveTraffic(2, collective.Message * (1 + (1d / collective.Group.Size)), Bytes.Zero);
}
