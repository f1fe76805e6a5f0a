using LlmSim.Model.Hardware;
using LlmSim.Model.Parallelism;
using LlmSim.Model.Units;

namespace LlmSim.Model.Collectives;

/// <summary>What a group of ranks exchanges.</summary>
public enum CollectiveKind
{
    /// <summary>Every rank ends with the sum of all messages.</summary>
    AllReduce,

    /// <summary>Every rank ends with the concatenation of all shards.</summary>
    AllGather,

    /// <summary>Every rank ends with one shard of the sum.</summary>
    ReduceScatter,

    /// <summary>Every rank sends a different part of its message to every other.</summary>
    AllToAll,

    /// <summary>One rank's message reaches all.</summary>
    Broadcast,

    /// <summary>One rank sends to one other.</summary>
    SendReceive,
}

/// <summary>One exchange of a group.</summary>
/// <param name="Kind">What is exchanged.</param>
/// <param name="Message">
/// The full tensor M in bytes, as NCCL's own tests count it: the input of a rank for all-reduce, reduce-scatter and all-to-all, the output of a rank
/// for all-gather, the payload for broadcast and send/receive.
/// </param>
/// <param name="Group">Where its ranks lie.</param>
/// <param name="Format">Number format of what is added: a switch adds only some.</param>
public readonly record struct Collective(CollectiveKind Kind, Bytes Message, GroupPlacement Group, NumberFormat Format = NumberFormat.Bf16)
{
    /// <summary>
    /// Bytes that one rank has to send at least, per byte of message: 2(n-1)/n for all-reduce, (n-1)/n where each rank keeps its own share, else 1.
    /// </summary>
    /// <remarks>NCCL tests, "Performance" page: bus bandwidth = factor x algorithm bandwidth, where algorithm bandwidth = M/t.</remarks>
    public static double BusFactor(CollectiveKind kind, int ranks) => ranks <= 1 ? 0 : kind switch
    {
        CollectiveKind.AllReduce => 2d * (ranks - 1) / ranks,
        CollectiveKind.AllGather or CollectiveKind.ReduceScatter or CollectiveKind.AllToAll => (double)(ranks - 1) / ranks,
        CollectiveKind.Broadcast or CollectiveKind.SendReceive => 1,
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    /// <summary>Bus bandwidth of an exchange that took <paramref name="time"/>: comparable to the bandwidth of the link.</summary>
    public Bandwidth BusBandwidth(Seconds time) => new(BusFactor(Kind, Group.Size) * Message.Value / time.Value);

    /// <summary>Algorithm bandwidth of an exchange that took <paramref name="time"/>: message over time.</summary>
    public Bandwidth AlgorithmBandwidth(Seconds time) => new(Message.Value / time.Value);
}
