using LlmSim.Model.Calibration;
using LlmSim.Model.Draws;

namespace LlmSim.Model.Collectives;

/// <summary>What collectives reach on a device: latencies in seconds, bandwidths as shares of the data sheet so that they carry over.</summary>
public sealed record CollectiveConstants
{
    /// <summary>NCCL's rings: all-reduce, all-gather, reduce-scatter and broadcast.</summary>
    public required Calibrated<RingConstants> Ring { get; init; }

    /// <summary>NCCL's all-reduce in the switch, where the link has one that adds.</summary>
    public required Calibrated<SwitchConstants> Switch { get; init; }

    /// <summary>NCCL all-to-all.</summary>
    public required Calibrated<PairwiseConstants> AllToAll { get; init; }

    /// <summary>An inference engine's own all-reduce inside a captured graph.</summary>
    public required Calibrated<DirectConstants> Direct { get; init; }

    /// <summary>Exchanges that leave the node.</summary>
    public required Calibrated<ScaleOutConstants> ScaleOut { get; init; }

    /// <summary>Send and receive between two ranks.</summary>
    public required Calibrated<PointToPointConstants> PointToPoint { get; init; }

    /// <summary>All of them drawn from their covariances.</summary>
    /// <param name="seed">Seed of the draw.</param>
    /// <param name="stream">First of six streams.</param>
    public CollectiveConstants Draw(long seed, int stream) => new()
    {
        Ring = Drawn(Ring, seed, stream),
        Switch = Drawn(Switch, seed, stream + 1),
        AllToAll = Drawn(AllToAll, seed, stream + 2),
        Direct = Drawn(Direct, seed, stream + 3),
        ScaleOut = Drawn(ScaleOut, seed, stream + 4),
        PointToPoint = Drawn(PointToPoint, seed, stream + 5),
    };

    /// <summary>The spread of the price of an exchange.</summary>
    internal ResidualSpread SpreadOf(in Collective collective, CollectiveBackend backend) => collective switch
    {
        { Kind: CollectiveKind.SendReceive } => PointToPoint.Spread,
        { Group.InsideOneDomain: false } => ScaleOut.Spread,
        { Kind: CollectiveKind.AllReduce } when backend != CollectiveBackend.Library => Direct.Spread,
        { Kind: CollectiveKind.AllToAll } => AllToAll.Spread,
        _ => Ring.Spread,
    };

    private static Calibrated<T> Drawn<T>(Calibrated<T> row, long seed, int stream)
        where T : IConstants<T> => row with { Constants = row.Draw(new CounterRandom(seed, stream)) };
}
