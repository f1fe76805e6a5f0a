using System.Collections.Immutable;
using LlmSim.Model.Cost;
using LlmSim.Model.Operators;
using LlmSim.Model.Units;

namespace LlmSim.Schedules.Serving;

/// <summary>
/// The requests of one replica and its KV cache, as a batching policy sees and changes them. Owns the queue, the active sequences and the next
/// iteration's chunks.
/// </summary>
public sealed class ReplicaBatch
{
    private readonly int _window;
    private readonly LinkedList<Sequence> _waiting = [];
    private readonly LinkedList<Sequence> _active = [];
    private readonly List<(Sequence Sequence, int Tokens)> _chunks = [];
    private readonly TokenGaps _gaps;
    private Sequence? _prefilling;
    private Instant _now;
    private long _admissions;
    private bool _decodesPause;

    internal ReplicaBatch(ServeSettings settings, int window, LatencyRecorder gaps)
    {
        Settings = settings;
        _window = window;
        _gaps = new TokenGaps(gaps);
        Pool = new KvBlockPool(settings.KvCapacityTokens, settings.BlockSize);
        Prefixes = settings.PrefixCache ? new PrefixCache(Pool) : null;
        Decodes = new DecodeSet(settings.BlockSize, window);
    }

    /// <summary>The settings of the system.</summary>
    public ServeSettings Settings { get; }

    /// <summary>Sequences that decode; each takes part in the next iteration.</summary>
    public int Decoding => Decodes.Count;

    /// <summary>Prompts that stay partly computed: none or one.</summary>
    public int Prefilling => _prefilling is null ? 0 : 1;

    /// <summary>Sequences that hold KV blocks.</summary>
    public int Active => _active.Count;

    /// <summary>Requests in the queue.</summary>
    public int Waiting => _waiting.Count;

    /// <summary>Blocks left once the decoding sequences have taken those of the next step; negative where they do not suffice.</summary>
    public long FreeBlocks => Pool.Free - (_decodesPause ? 0 : Decodes.BlocksFor(1));

    /// <summary>Blocks that the active sequences would hold at their ends.</summary>
    public long ReservedBlocks { get; private set; }

    /// <summary>Blocks of the whole cache.</summary>
    public long CapacityBlocks => Pool.Capacity;

    /// <summary>Tokens that the decoding sequences hold.</summary>
    public long DecodeTokens => Decodes.Held;

    /// <summary>Tokens that the decoding sequences have yet to produce.</summary>
    public long DecodeRemaining => Decodes.Remaining;

    /// <summary>Decode steps that the replica has taken.</summary>
    public long DecodeSteps => Decodes.Steps;

    /// <summary>Tokens computed of the prompt under way.</summary>
    public int PrefillDone => _prefilling?.Prefilled ?? 0;

    /// <summary>Tokens that the prompt under way still needs.</summary>
    public int PrefillRemaining => _prefilling is null ? 0 : _prefilling.PrefillTarget - _prefilling.Prefilled;

    /// <summary>Tokens that the prompt under way can take with its own last block and the free ones.</summary>
    public long PrefillRoom => _prefilling is null
        ? 0 : ((Pool.BlocksFor(_prefilling.Prefilled) + Math.Max(0, FreeBlocks)) * Pool.BlockSize) - _prefilling.Prefilled;

    /// <summary>
    /// Tokens that the head of the queue has to compute before its next token, what the prefix cache has of them left out; zero where the queue is empty.
    /// </summary>
    public int HeadTokens => _waiting.First is { Value: Sequence head } ? head.PrefillTarget - (Prefixes?.MatchedTokens(head) ?? 0) : 0;

    /// <summary>Tokens that the head of the queue has yet to produce; zero where the queue is empty.</summary>
    public int HeadOutput => _waiting.First?.Value is Sequence head ? head.Request.OutputTokens - head.Produced : 0;

    /// <summary>Blocks that the head of the queue would hold at its end.</summary>
    public long HeadReservation => _waiting.First?.Value is Sequence head ? Reservation(head) : 0;

    internal KvBlockPool Pool { get; }

    internal DecodeSet Decodes { get; }

    /// <summary>Tokens that all waiting requests need before their next tokens.</summary>
    public long WaitingTokens { get; private set; }

    /// <summary>Whether the next iteration computes prompt tokens.</summary>
    public bool HasChunks => _chunks.Count > 0;

    internal PrefixCache? Prefixes { get; }

    internal int Chunks => _chunks.Count;

    /// <summary>Blocks that so many tokens take.</summary>
    public long BlocksFor(long tokens) => Pool.BlocksFor(tokens);

    /// <summary>Leaves the decoding sequences out of the next iteration, or takes them back into it.</summary>
    public void PauseDecodes(bool pause) => _decodesPause = pause;

    /// <summary>
    /// Blocks that the head of the queue takes with a first chunk of so many tokens: those of the chunk, and idle ones of the prefix cache that it uses.
    /// </summary>
    public long BlocksForHead(int tokens) => BlocksFor(tokens) + (_waiting.First is { Value: Sequence head } ? Prefixes?.IdleMatched(head) ?? 0 : 0);

    /// <summary>
    /// Takes the newest active sequence out, frees its blocks and puts it at the head of the queue, to be computed again with what it had produced.
    /// </summary>
    public void PreemptNewest()
    {
        Sequence sequence = _active.Last?.Value ?? throw new InvalidOperationException("No sequence is active.");
        if (_chunks.Count > 0)
        {
            throw new InvalidOperationException("A policy pre-empts before it gives chunks.");
        }

        Release(sequence);
        sequence.State = SequenceState.Waiting;
        sequence.PrefillTarget = sequence.Request.PromptTokens + sequence.Produced;
        sequence.Prefilled = 0;
        sequence.Preemptions++;
        WaitingTokens += sequence.PrefillTarget;
        _waiting.AddFirst(sequence.Node);
    }

    /// <summary>Gives the prompt under way <paramref name="tokens"/> tokens of the next iteration; zero leaves it out.</summary>
    public void ContinuePrefill(int tokens)
    {
        if (tokens > 0)
        {
            AddChunk(_prefilling ?? throw new InvalidOperationException("No prompt is under way."), tokens);
        }
    }

    /// <summary>Makes the head of the queue active with a first chunk of <paramref name="tokens"/> tokens.</summary>
    public void AdmitHead(int tokens)
    {
        Sequence sequence = _waiting.First?.Value ?? throw new InvalidOperationException("No request is waiting.");
        WaitingTokens -= sequence.PrefillTarget;
        _waiting.Remove(sequence.Node);
        _active.AddLast(sequence.Node);
        ReservedBlocks += Reservation(sequence);
        sequence.State = SequenceState.Prefilling;
        sequence.Admission = _admissions++;
        sequence.FirstScheduled = Instant.Min(sequence.FirstScheduled, _now);
        Prefixes?.Admit(sequence);
        AddChunk(sequence, tokens);
    }

    /// <summary>Forgets the iteration that was composed with the blocks that it took, and lists who is active or waits.</summary>
    internal ImmutableArray<Sequence> Everyone()
    {
        foreach ((Sequence sequence, int tokens) in _chunks)
        {
            Pool.Return(BlocksFor(sequence.Prefilled + (long)tokens) - BlocksFor(sequence.Prefilled));
        }

        _chunks.Clear();
        return [.. _active, .. _waiting];
    }

    internal void Enqueue(Sequence sequence)
    {
        WaitingTokens += sequence.PrefillTarget;
        _waiting.AddLast(sequence.Node);
    }

    /// <summary>Starts the composition of an iteration that begins at <paramref name="now"/>.</summary>
    internal void Open(Instant now) => (_now, _decodesPause) = (now, false);

    /// <summary>The iteration as its price sees it.</summary>
    internal StepBatch Describe() => BatchDescription.Of(_decodesPause ? null : Decodes, _chunks, _window);

    /// <summary>Lets the decoding sequences take <paramref name="steps"/> steps, with the blocks that these need.</summary>
    internal void Decode(int steps)
    {
        Pool.Take(Decodes.BlocksFor(steps));
        Prefixes?.Trim();
        Decodes.Advance(steps);
    }

    /// <summary>A decode step of all sequences has ended.</summary>
    internal void TokensOut(Instant now) => _gaps.Step(now);

    /// <summary>
    /// Applies the chunks of an iteration that ends at <paramref name="now"/>; prompts that are complete produce a token, which clients see at <paramref
    /// name="seen"/>.
    /// </summary>
    internal void ApplyChunks(Instant now, Instant seen, Action<Sequence> complete)
    {
        foreach ((Sequence sequence, int tokens) in _chunks)
        {
            sequence.Prefilled += tokens;
            Prefixes?.Add(sequence, sequence.Prefilled);
            if (sequence.Prefilled < sequence.PrefillTarget)
            {
                continue;
            }

            EmitFromPrefill(sequence, now, seen);
            int remaining = sequence.Request.OutputTokens - sequence.Produced;
            if (remaining == 0)
            {
                complete(sequence);
            }
            else
            {
                Decodes.Add(sequence, sequence.Prefilled, remaining);
                _gaps.Join(now);
            }
        }

        _chunks.Clear();
    }

    /// <summary>Takes a sequence out for good, wherever it is, and frees its blocks.</summary>
    internal void Drop(Sequence sequence)
    {
        if (sequence.State == SequenceState.Waiting)
        {
            WaitingTokens -= sequence.PrefillTarget;
            _waiting.Remove(sequence.Node);
        }
        else
        {
            Release(sequence);
        }

        sequence.State = SequenceState.Done;
    }

    /// <summary>The last token of an output is never an input: it takes no place in the cache.</summary>
    private long Reservation(Sequence sequence) => BlocksFor((long)sequence.Request.PromptTokens + sequence.Request.OutputTokens - 1);

    private void AddChunk(Sequence sequence, int tokens)
    {
        Pool.Take(BlocksFor(sequence.Prefilled + (long)tokens) - BlocksFor(sequence.Prefilled));
        Prefixes?.Trim();
        _chunks.Add((sequence, tokens));
        if (_prefilling == sequence)
        {
            _prefilling = null;
        }

        if (sequence.Prefilled + tokens < sequence.PrefillTarget)
        {
            _prefilling = _prefilling is null ? sequence : throw new InvalidOperationException("Only one prompt can be under way.");
        }
    }

    private void EmitFromPrefill(Sequence sequence, Instant now, Instant seen)
    {
        if (sequence.Produced == 0)
        {
            sequence.FirstToken = seen;
        }
        else
        {
            _gaps.Resume(sequence.LastToken, now);
        }

        sequence.Produced++;
        sequence.LastToken = now;
    }

    private void Release(Sequence sequence)
    {
        long held = sequence.Prefilled;
        if (sequence.State == SequenceState.Decoding)
        {
            held = Decodes.Remove(sequence);
            sequence.LastToken = _gaps.Leave(sequence.LastToken);
        }

        if (_prefilling == sequence)
        {
            _prefilling = null;
        }

        _active.Remove(sequence.Node);
        ReservedBlocks -= Reservation(sequence);
        Prefixes?.Add(sequence, held);
        Pool.Return(BlocksFor(held) - sequence.SharedBlocks);
        Prefixes?.Release(sequence);
    }
}
