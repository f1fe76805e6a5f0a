using System.Collections.Immutable;

namespace LlmSim.Schedules.Serving;

/// <summary>A block of prompt content that stays in the KV cache. Owns how many sequences use it.</summary>
internal sealed class PrefixEntry
{
    internal PrefixEntry(long hash, int blocks)
    {
        Hash = hash;
        Blocks = blocks;
        Node = new LinkedListNode<PrefixEntry>(this);
    }

    internal long Hash { get; }

    /// <summary>KV blocks that it takes.</summary>
    internal int Blocks { get; }

    /// <summary>Its place among the idle ones while nobody uses it.</summary>
    internal LinkedListNode<PrefixEntry> Node { get; }

    /// <summary>Sequences that use it.</summary>
    internal int Users { get; set; }
}

/// <summary>
/// Keeps computed blocks of prompts for later requests that begin alike, as long as nobody needs their memory. Owns which contents are cached and in which
/// order idle ones go.
/// </summary>
/// <remarks>
/// As vLLM's automatic prefix caching: whole blocks only, found by the hash of all that leads up to them; a block in use counts as taken in the pool, once for
/// all its users; an idle one counts as free and is evicted, least recently used first and the end of a prompt before its beginning, when the pool needs it.
/// Two sequences that compute the same content at the same time both keep theirs, and the first is cached. Contents come in blocks of the request, which hold a
/// whole number of KV blocks; requests for which they do not are not cached. See also Zheng et al. 2024 (RadixAttention) and Qin et al. 2025 (Mooncake).
/// </remarks>
internal sealed class PrefixCache(KvBlockPool pool)
{
    private readonly Dictionary<long, PrefixEntry> _entries = [];
    private readonly LinkedList<PrefixEntry> _idle = [];
    private (Sequence? Sequence, long Version, int Blocks, long Idle) _lastMatch;
    private long _idleBlocks;
    private long _version;

    /// <summary>Prompt tokens of all sequences that were admitted.</summary>
    internal long AdmittedTokens { get; private set; }

    /// <summary>Those of them that were cached.</summary>
    internal long CachedTokens { get; private set; }

    /// <summary>Entries in use or idle.</summary>
    internal int Count => _entries.Count;

    /// <summary>Leading blocks of a request that are cached and together shorter than <paramref name="tokens"/>.</summary>
    internal int Match(ImmutableArray<long> hashes, int blockTokens, long tokens)
    {
        if (blockTokens == 0 || hashes.IsDefaultOrEmpty || blockTokens % pool.BlockSize != 0)
        {
            return 0;
        }

        int found = 0;
        int most = (int)Math.Min(hashes.Length, (tokens - 1) / blockTokens);
        while (found < most && _entries.ContainsKey(hashes[found]))
        {
            found++;
        }

        return found;
    }

    /// <summary>Tokens that a waiting sequence need not compute; at least its last one is left.</summary>
    internal int MatchedTokens(Sequence sequence) => Find(sequence).Blocks * sequence.Request.PrefixBlockTokens;

    /// <summary>Idle KV blocks that a waiting sequence would take back into use.</summary>
    internal long IdleMatched(Sequence sequence) => Find(sequence).Idle;

    /// <summary>Lets a sequence that is admitted begin with what is cached of its prompt.</summary>
    internal void Admit(Sequence sequence)
    {
        sequence.Prefilled = MatchedTokens(sequence);
        Use(sequence);
        if (sequence.Preemptions == 0)
        {
            sequence.CachedTokens = sequence.Prefilled;
            CachedTokens += sequence.Prefilled;
            AdmittedTokens += sequence.PrefillTarget;
        }
    }

    /// <summary>Lets a sequence use what is cached of its beginning.</summary>
    internal void Use(Sequence sequence)
    {
        int blocks = Find(sequence).Blocks;
        for (int i = 0; i < blocks; i++)
        {
            PrefixEntry entry = _entries[sequence.Request.PrefixBlocks[i]];
            if (entry.Users == 0)
            {
                _idle.Remove(entry.Node);
                _idleBlocks -= entry.Blocks;
                pool.Take(entry.Blocks);
            }

            Share(sequence, entry);
        }

        sequence.Hashed = blocks;
        _version++;
    }

    /// <summary>Caches the whole blocks among the first <paramref name="tokens"/> tokens that a sequence has computed.</summary>
    internal void Add(Sequence sequence, long tokens)
    {
        ImmutableArray<long> hashes = sequence.Request.PrefixBlocks;
        int blockTokens = sequence.Request.PrefixBlockTokens;
        if (blockTokens == 0 || blockTokens % pool.BlockSize != 0)
        {
            return;
        }

        for (; sequence.Hashed < hashes.Length && (sequence.Hashed + 1L) * blockTokens <= tokens; sequence.Hashed++)
        {
            PrefixEntry entry = new(hashes[sequence.Hashed], blockTokens / pool.BlockSize);
            if (_entries.TryAdd(entry.Hash, entry))
            {
                Share(sequence, entry);
                _version++;
            }
        }
    }

    /// <summary>Takes a sequence off the blocks that it uses; those that nobody else uses become idle.</summary>
    internal void Release(Sequence sequence)
    {
        for (int i = sequence.Shared.Count - 1; i >= 0; i--)
        {
            PrefixEntry entry = sequence.Shared[i];
            if (--entry.Users == 0)
            {
                pool.Return(entry.Blocks);
                _idle.AddLast(entry.Node);
                _idleBlocks += entry.Blocks;
            }
        }

        sequence.Shared.Clear();
        sequence.SharedBlocks = 0;
        sequence.Hashed = 0;
        _version++;
    }

    /// <summary>Evicts idle blocks until those in use and they fit into the pool together.</summary>
    internal void Trim()
    {
        while (pool.Used + _idleBlocks > pool.Capacity)
        {
            PrefixEntry oldest = _idle.First!.Value;
            _idle.RemoveFirst();
            _idleBlocks -= oldest.Blocks;
            _entries.Remove(oldest.Hash);
            _version++;
        }
    }

    private static void Share(Sequence sequence, PrefixEntry entry)
    {
        entry.Users++;
        sequence.Shared.Add(entry);
        sequence.SharedBlocks += entry.Blocks;
    }

    /// <summary>The match of a waiting sequence; a policy asks several times in a row.</summary>
    private (int Blocks, long Idle) Find(Sequence sequence)
    {
        if (_lastMatch.Sequence != sequence || _lastMatch.Version != _version)
        {
            int blocks = Match(sequence.Request.PrefixBlocks, sequence.Request.PrefixBlockTokens, sequence.PrefillTarget);
            long idle = 0;
            for (int i = 0; i < blocks; i++)
            {
                PrefixEntry entry = _entries[sequence.Request.PrefixBlocks[i]];
                idle += entry.Users == 0 ? entry.Blocks : 0;
            }

            _lastMatch = (sequence, _version, blocks, idle);
        }

        return (_lastMatch.Blocks, _lastMatch.Idle);
    }
}
