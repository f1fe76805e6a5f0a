using LlmSim.Model.Units;

namespace LlmSim.Model.Collectives;

/// <summary>Time of a ring inside one domain, in the protocol that the library chooses.</summary>
/// <remarks>
/// With s steps, f = s/n bytes sent and p buffer passes for each byte of message (2 − 1/n in an all-reduce, which reduces and then copies, else 1):
/// low latency (L0 + L1·s)·(1 + g·z/(1 + z)) + p·M/(el·NV), z = (M/(n·4 KiB))²; lines 1.6·(L0 + L1·s)·(1 + g) + (f + p)·M/(r·es·NV);
/// bulk the norm of S0 + S1·s and (f + p)·M/(es·NV). One set fits all-reduce, all-gather and reduce-scatter, so that one predicts another.
/// A message never takes less than the largest one of the protocol before.
/// </remarks>
internal static class RingCost
{
    /// <summary>Bytes that one thread block of 512 threads moves in a step of eight bytes a thread.</summary>
    private const double BlockBytes = 4096;

    /// <summary>A line waits for its last word: latency of lines over that of flagged words, alike on A100 and H100.</summary>
    private const double LineLatency = 1.6;

    /// <summary>Latency and whole time of a ring.</summary>
    public static (Seconds Latency, Seconds Total) Price(CollectiveKind kind, int ranks, Bytes message, Bandwidth link, RingConstants c)
    {
        int steps = Steps(kind, ranks);
        double moved = Moved(kind, ranks);
        double passes = Passes(kind, ranks);
        double rate = link.Value;
        double latency = (c.Latency + (c.StepLatency * steps)).Value;
        var protocols = RingProtocols.Of(steps, ranks, link, c.LineShare > 0);
        RingProtocol protocol = protocols.At(message);
        if (protocol == RingProtocol.LowLatency)
        {
            double blocks = message.Value / (ranks * BlockBytes);
            double grown = latency * (1 + (c.BlockShare * blocks * blocks / (1 + (blocks * blocks))));
            return (new(grown), new(grown + (passes * message.Value / (c.LowLatencyShare * rate))));
        }

        bool hasLines = double.IsFinite(protocols.Line.Value);
        double most = (latency * (1 + c.BlockShare)) + (passes * (hasLines ? protocols.Line : protocols.Bulk).Value / (c.LowLatencyShare * rate));
        if (protocol == RingProtocol.Line)
        {
            return (new(LineFixed()), new(Math.Max(most, Line(message.Value))));
        }

        double before = hasLines ? Math.Max(most, Line(protocols.Bulk.Value)) : most;
        double wait = (c.BulkLatency + (c.BulkStepLatency * steps)).Value;
        double bulk = Norm(wait, moved * message.Value / (c.BulkShare * rate), c.Smoothness);
        return (new(wait), new(Math.Max(before, bulk)));

        double LineFixed() => LineLatency * latency * (1 + c.BlockShare);

        double Line(double bytes) => LineFixed() + (moved * bytes / (c.LineShare * c.BulkShare * rate));
    }

    /// <summary>What a ring moves for each byte of message: bytes sent, and passes over the rank's own buffer.</summary>
    public static double Moved(CollectiveKind kind, int ranks) => Collective.BusFactor(kind, ranks) + Passes(kind, ranks);

    /// <summary>The norm (a^p + b^p)^(1/p) of two times.</summary>
    public static double Norm(double a, double b, double order)
    {
        double larger = Math.Max(a, b);
        return larger <= 0 ? 0 : larger * Math.Pow(1 + Math.Pow(Math.Min(a, b) / larger, order), 1 / order);
    }

    private static int Steps(CollectiveKind kind, int ranks) => kind == CollectiveKind.AllReduce ? 2 * (ranks - 1) : ranks - 1;

    private static double Passes(CollectiveKind kind, int ranks) => kind == CollectiveKind.AllReduce ? 2 - (1d / ranks) : 1;
}
