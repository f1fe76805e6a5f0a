using LlmSim.Model.Units;

namespace LlmSim.Model.Collectives;

/// <summary>All-reduce through directly mapped peer memory inside one node, as inference engines do it for small messages.</summary>
public sealed class DirectAllReduce : ICollectiveAlgorithm
{
    private readonly bool _oneShot;

    private DirectAllReduce(bool oneShot) => _oneShot = oneShot;

    /// <summary>Every rank reads every other's whole message and adds up by itself: one step, (n-1) M.</summary>
    public static DirectAllReduce OneShot { get; } = new(oneShot: true);

    /// <summary>Every rank adds up one shard and reads the other sums: two steps, 2(n-1)/n M.</summary>
    public static DirectAllReduce TwoShot { get; } = new(oneShot: false);

    /// <inheritdoc/>
    public string Name => _oneShot ? "one-shot" : "two-shot";

    /// <inheritdoc/>
    public string Source => "vLLM custom_all_reduce and TensorRT-LLM customAllReduceKernels, one- and two-shot kernels";

    /// <inheritdoc/>
    public bool Supports(in Collective collective) => collective.Kind == CollectiveKind.AllReduce && collective.Group.InsideOneDomain;

    /// <inheritdoc/>
    public CollectiveTraffic Traffic(in Collective collective)
    {
        int ranks = collective.Group.Size;
        if (ranks <= 1)
        {
            return default;
        }

        return _oneShot
            ? new CollectiveTraffic(1, collective.Message * (ranks - 1), Bytes.Zero)
            : new CollectiveTraffic(2, collective.Message * Collective.BusFactor(CollectiveKind.AllReduce, ranks), Bytes.Zero);
    }
}
