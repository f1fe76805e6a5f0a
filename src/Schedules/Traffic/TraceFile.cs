using System.Text;

namespace LlmSim.Schedules.Traffic;

/// <summary>Opens the bytes of a trace, whether or not they are compressed.</summary>
public static class TraceFile
{
    /// <summary>First two bytes of a gzip member (RFC 1952, section 2.3.1).</summary>
    private static ReadOnlySpan<byte> GzipMagic => [0x1f, 0x8b];

    /// <summary>
    /// A reader over UTF-8 text in <paramref name="stream"/>, unpacked where it begins as gzip does. Disposing the reader disposes the stream.
    /// </summary>
    /// <remarks>
    /// The stream must be able to seek. A truncated or damaged gzip stream shows itself on reading; <see cref="RequestTrace.Check"/> reports it with
    /// its line.
    /// </remarks>
    public static TextReader Open(Stream stream)
    {
        long start = stream.Position;
        Span<byte> magic = stackalloc byte[2];
        bool isGzip = stream.ReadAtLeast(magic, 2, throwOnEndOfStream: false) == 2 && magic.SequenceEqual(GzipMagic);
        stream.Position = start;
        return new StreamReader(isGzip ? new GzipMemberStream(stream) : stream, Encoding.UTF8);
    }
}
