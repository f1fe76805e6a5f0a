namespace LlmSim.Schedules.Serving;

/// <summary>The paged KV cache of one replica: how many equal blocks exist and how many are taken.</summary>
/// <remarks>Owns the counts only; who holds which block never matters to time. Paging after vLLM (Kwon et al. 2023, section 4.2).</remarks>
public sealed class KvBlockPool
{
    /// <summary>A pool that holds <paramref name="capacityTokens"/> tokens in whole blocks of <paramref name="blockSize"/> tokens.</summary>
    public KvBlockPool(long capacityTokens, int blockSize)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(capacityTokens);
        ArgumentOutOfRangeException.ThrowIfLessThan(blockSize, 1);
        BlockSize = blockSize;
        Capacity = capacityTokens / blockSize;
    }

    /// <summary>Tokens of one block.</summary>
    public int BlockSize { get; }

    /// <summary>Blocks of the pool; a partial last block is of no use.</summary>
    public long Capacity { get; }

    /// <summary>Blocks that are taken.</summary>
    public long Used { get; private set; }

    /// <summary>Largest number of blocks that were taken at one time.</summary>
    public long Peak { get; private set; }

    /// <summary>Blocks that are free.</summary>
    public long Free => Capacity - Used;

    /// <summary>Tokens that the whole blocks can hold.</summary>
    public long CapacityTokens => Capacity * BlockSize;

    /// <summary>Tokens of the blocks taken at the peak, counting unfilled slots.</summary>
    public long PeakTokens => Peak * BlockSize;

    /// <summary>Blocks that a sequence of <paramref name="tokens"/> tokens holds.</summary>
    public long BlocksFor(long tokens) => (tokens + BlockSize - 1) / BlockSize;

    /// <summary>Takes blocks; taking more than are free is a mistake of the caller.</summary>
    public void Take(long blocks)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(blocks);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(blocks, Free);
        Used += blocks;
        Peak = Math.Max(Peak, Used);
    }

    /// <summary>Gives blocks back; giving back more than are taken is a mistake of the caller.</summary>
    public void Return(long blocks)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(blocks);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(blocks, Used);
        Used -= blocks;
    }
}
