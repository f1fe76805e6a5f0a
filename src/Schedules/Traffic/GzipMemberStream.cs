using System.Buffers.Binary;
using System.IO.Compression;

namespace LlmSim.Schedules.Traffic;

/// <summary>Unpacks a gzip file and insists that it is whole. Owns the stream below and counts the bytes that come out.</summary>
/// <remarks>
/// The runtime checks the checksum of a whole file, but takes the end of a truncated one for its proper end. A gzip file closes with the length of
/// its content modulo
/// 2^32 (RFC 1952, section 2.3.1), which is compared here; several files joined into one are therefore refused.
/// </remarks>
internal sealed class GzipMemberStream : Stream
{
    /// <summary>Header, empty deflate block and trailer of the smallest gzip file, in bytes.</summary>
    private const int SmallestFile = 20;
    private const int LengthField = 4;

    private readonly GZipStream _unpacked;
    private readonly uint _expected;
    private readonly bool _isTooShort;
    private long _count;

    internal GzipMemberStream(Stream packed)
    {
        long start = packed.Position;
        _isTooShort = packed.Length - start < SmallestFile;
        if (!_isTooShort)
        {
            Span<byte> length = stackalloc byte[LengthField];
            packed.Position = packed.Length - LengthField;
            packed.ReadExactly(length);
            _expected = BinaryPrimitives.ReadUInt32LittleEndian(length);
            packed.Position = start;
        }

        _unpacked = new GZipStream(packed, CompressionMode.Decompress);
    }

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position { get => _count; set => throw new NotSupportedException(); }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        int read = _unpacked.Read(buffer);
        _count += read;
        bool atEnd = read == 0 && buffer.Length > 0;
        return atEnd && (_isTooShort || (uint)_count != _expected)
            ? throw new InvalidDataException("The gzip file is cut off, or several are joined into one.")
            : read;
    }

    /// <inheritdoc/>
    public override void Flush()
    {
        // Nothing is written.
    }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _unpacked.Dispose();
        }

        base.Dispose(disposing);
    }
}
