using LlmSim.Model.Units;
using LlmSim.Schedules.Traffic;

namespace LlmSim.Schedules.Serving;

/// <summary>Where a sequence is on its way through a replica.</summary>
internal enum SequenceState
{
    Waiting,
    Prefilling,
    Decoding,
    Done,
}

/// <summary>A request inside a replica. Owns what is known of its own progress; sums over sequences live in <see cref="DecodeSet"/>.</summary>
internal sealed class Sequence
{
    private List<PrefixEntry>? _shared;

    internal Sequence(in Request request, Instant deadline)
    {
        Request = request;
        Deadline = deadline;
        PrefillTarget = request.PromptTokens;
        Node = new LinkedListNode<Sequence>(this);
    }

    internal Request Request { get; }

    /// <summary>When its client gives up; <see cref="Instant.Never"/> without a timeout.</summary>
    internal Instant Deadline { get; }

    /// <summary>Its place in the queue or in the list of active sequences: it is in one of them until it is done.</summary>
    internal LinkedListNode<Sequence> Node { get; }

    internal SequenceState State { get; set; }

    /// <summary>Tokens to compute before the next token comes out: the prompt, and after a preemption also what was produced.</summary>
    internal int PrefillTarget { get; set; }

    /// <summary>Tokens computed of <see cref="PrefillTarget"/>.</summary>
    internal int Prefilled { get; set; }

    /// <summary>Tokens that came out, up to date except while decoding.</summary>
    internal int Produced { get; set; }

    /// <summary>While decoding: tokens held in the cache less the decode counter, a constant since both grow together.</summary>
    internal long HeldBase { get; set; }

    /// <summary>While decoding: the value of the decode counter at which the last token comes out.</summary>
    internal long EndsAt { get; set; }

    /// <summary>While decoding: whether the next step still attends to less than the window.</summary>
    internal bool BelowWindow { get; set; }

    /// <summary>Grows whenever the sequence leaves the decode set, so that old heap entries are known as stale.</summary>
    internal int Epoch { get; set; }

    /// <summary>Order of the last admission, which breaks ties.</summary>
    internal long Admission { get; set; }

    internal int Preemptions { get; set; }

    /// <summary>Blocks of content in the prefix cache that it uses.</summary>
    internal List<PrefixEntry> Shared => _shared ??= [];

    /// <summary>KV blocks of <see cref="Shared"/>; what it holds beyond them is its own.</summary>
    internal long SharedBlocks { get; set; }

    /// <summary>Leading blocks of content that were offered to the prefix cache or found there.</summary>
    internal int Hashed { get; set; }

    /// <summary>Prompt tokens that were found in the prefix cache when it was first admitted.</summary>
    internal int CachedTokens { get; set; }

    internal Instant FirstScheduled { get; set; } = Instant.Never;

    internal Instant FirstToken { get; set; } = Instant.Never;

    /// <summary>When the last token came out of a prefill, which is also when decoding began; exact before and between decodes.</summary>
    internal Instant LastToken { get; set; }
}
