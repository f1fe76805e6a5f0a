using LlmSim.Model.Calibration;
using LlmSim.Model.Draws;

namespace LlmSim.Model.Collectives;

/// <summary>What collectives reach on a device: latencies in seconds, bandwidths as shares of the data sheet so that they carry over.</summary>
public sealed record CollectiveConstants
{
    /// <summary>NCCL all-reduce.</summary>
    public required Calibrated<LibraryConstants> AllReduce { get; init; }

    /// <summary>NCCL all-gather and reduce-scatter; broadcast is priced with them too.</summary>
    public required Calibrated<LibraryConstants> GatherScatter { get; init; }

    /// <summary>NCCL all-to-all.</summary>
    public required Calibrated<LibraryConstants> AllToAll { get; init; }

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
        AllReduce = Drawn(AllReduce, seed, stream),
        GatherScatter = Drawn(GatherScatter, seed, stream + 1),
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
        { Kind: CollectiveKind.AllReduce } => backend == CollectiveBackend.Direct ? Direct.Spread : AllReduce.Spread,
        { Kind: CollectiveKind.AllToAll } => AllToAll.Spread,
        _ => GatherScatter.Spread,
    };

    private static Calibrated<T> Drawn<T>(Calibrated<T> row, long seed, int stream)
        where T : IConstants<T> => row with { Constants = row.Draw(new CounterRandom(seed, stream)) };
}
