using LlmSim.Model.Units;

namespace LlmSim.Model.Collectives;

/// <summary>How the library packs what a ring sends.</summary>
internal enum RingProtocol
{
    /// <summary>Four bytes of data with four of flag (LL): no barrier, half the rate.</summary>
    LowLatency,

    /// <summary>120 of 128 bytes are data (LL128).</summary>
    Line,

    /// <summary>Whole chunks and a barrier for each (Simple).</summary>
    Bulk,
}

/// <summary>The messages at which the library itself changes protocol.</summary>
/// <remarks>
/// NCCL 2.27, src/graph/tuning.cc, inside one node with NVLink: it expects base latencies of 6.6, 14 and 8.4 us and 0.6, 1.9 and 3.4 us for each step, 0.8 of the
/// link for whole chunks, 0.92 of that for lines of 128 bytes, and about 0.29 of the link for flagged words (87.7 of 300 GB/s on Ampere), and takes the least.
/// What it expects is not what it gets, so that times jump where it changes; the jumps in measurements stand where these figures put them.
/// </remarks>
/// <param name="Line">Message from which lines are sent; infinite where they never are.</param>
/// <param name="Bulk">Message from which whole chunks are sent.</param>
internal readonly record struct RingProtocols(Bytes Line, Bytes Bulk)
{
    private const double LowLatencyOfLink = 0.29;
    private const double BulkOfLink = 0.8;
    private const double LineOfBulk = 0.92;

    /// <summary>The changes for a ring of <paramref name="steps"/> steps over <paramref name="ranks"/> ranks.</summary>
    public static RingProtocols Of(int steps, int ranks, Bandwidth link, bool hasLines)
    {
        double bytesPerSecond = link.Value * ranks / steps;
        Expected low = new(6.6e-6 + (0.6e-6 * steps), 1 / (LowLatencyOfLink * bytesPerSecond));
        Expected line = new(14e-6 + (1.9e-6 * steps), 1 / (LineOfBulk * BulkOfLink * bytesPerSecond));
        Expected bulk = new(8.4e-6 + (3.4e-6 * steps), 1 / (BulkOfLink * bytesPerSecond));
        double straight = low.Meets(bulk);
        double fromLow = low.Meets(line);
        return hasLines && fromLow < straight
            ? new(new Bytes(fromLow), new Bytes(line.Meets(bulk)))
            : new(new Bytes(double.PositiveInfinity), new Bytes(straight));
    }

    /// <summary>The protocol of a message.</summary>
    public RingProtocol At(Bytes message) => message >= Bulk ? RingProtocol.Bulk : message >= Line ? RingProtocol.Line : RingProtocol.LowLatency;

    private readonly record struct Expected(double Latency, double PerByte)
    {
        public double Meets(Expected slower) => (slower.Latency - Latency) / (PerByte - slower.PerByte);
    }
}
