using LlmSim.Model.Hardware;
using LlmSim.Model.Units;

namespace LlmSim.Model.Collectives;

/// <summary>Time of an engine's own all-reduce, by the engine's rules on which kernel runs.</summary>
internal static class DirectCost
{
    /// <summary>Buffer of the one-shot kernel: from here on only two-shot kernels and the library run.</summary>
    private static readonly Bytes OneShotBuffer = Bytes.Mebibytes(8);

    /// <summary>Bandwidth of a plain copy as a share of the data sheet.</summary>
    private const double CopyShare = 0.9;

    /// <summary>Latency and whole time of an all-reduce.</summary>
    /// <param name="collective">The exchange.</param>
    /// <param name="node">The node.</param>
    /// <param name="c">What the kernels reach.</param>
    /// <param name="library">Latency and time of the library for the same exchange.</param>
    /// <param name="eager">Whether the host launches each call: it is as slow as the launch, and copies the message into the registered buffer and back.</param>
    public static (Seconds Latency, Seconds Total) Price(
        in Collective collective, Node node, DirectConstants c, (Seconds Latency, Seconds Total) library, bool eager)
    {
        (Seconds Latency, Seconds Total) captured = Captured(collective, node, c, library);
        if (!eager)
        {
            return captured;
        }

        Seconds copied = captured.Total + (2 * collective.Message / (node.Accelerator.MemoryBandwidth * CopyShare));
        return c.EagerLaunch >= copied ? (c.EagerLaunch, c.EagerLaunch) : (captured.Latency, copied);
    }

    private static (Seconds Latency, Seconds Total) Captured(in Collective collective, Node node, DirectConstants c, (Seconds Latency, Seconds Total) library)
    {
        if (collective.Message >= Bytes.Mebibytes(c.LargestMebibytes))
        {
            return library;
        }

        int ranks = collective.Group.Size;
        Seconds wait = c.TwoShotLatency + (c.TwoShotRankLatency * (ranks - 1));
        Bytes moved = DirectAllReduce.TwoShot.Traffic(collective).ScaleUp + collective.Message;
        Seconds twoShot = wait + (moved / (node.ScaleUp.Bandwidth * c.TwoShotShare));
        if (MayRunOneShot(collective.Message, ranks))
        {
            Seconds latency = c.OneShotLatency + (c.OneShotRankLatency * (ranks - 1));
            Seconds oneShot = latency + (DirectAllReduce.OneShot.Traffic(collective).ScaleUp / (node.ScaleUp.Bandwidth * c.OneShotShare));
            return oneShot <= twoShot ? (latency, oneShot) : (wait, twoShot);
        }

        return twoShot <= library.Total ? (wait, twoShot) : library;
    }

    /// <summary>vLLM, csrc/custom_all_reduce.cuh: one-shot always on two ranks, below 512 KiB on up to four, below 256 KiB on up to eight.</summary>
    private static bool MayRunOneShot(Bytes message, int ranks) =>
        ranks <= 2 ? message < OneShotBuffer : ranks <= 4 ? message < Bytes.Mebibytes(0.5) : ranks <= 8 && message < Bytes.Mebibytes(0.25);
}
