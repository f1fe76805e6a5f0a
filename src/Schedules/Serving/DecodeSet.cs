namespace LlmSim.Schedules.Serving;

/// <summary>The sequences of a replica that decode. Owns the sums on which the price of a step and its need of memory depend.</summary>
/// <remarks>
/// Every decoding sequence grows by one token a step, so each is stored relative to a common decode counter S: it holds HeldBase + S tokens.
/// All sums then move with S in closed form, and k steps cost as little as one. Ends and window crossings lie in heaps keyed by their S.
/// </remarks>
internal sealed class DecodeSet(int blockSize, int window)
{
    private readonly long[] _sequencesByPhase = new long[blockSize];
    private readonly PriorityQueue<(Sequence Sequence, int Epoch), (long EndsAt, long Admission)> _ends = new();
    private readonly PriorityQueue<(Sequence Sequence, int Epoch), long> _crossings = new();
    private long _counter;
    private long _baseSum;
    private long _endSum;
    private int _belowWindow;
    private long _belowWindowBaseSum;

    /// <summary>Sequences that decode.</summary>
    internal int Count { get; private set; }

    /// <summary>Steps that were taken since the set was made.</summary>
    internal long Steps => _counter;

    /// <summary>Tokens that the decoding sequences hold.</summary>
    internal long Held => _baseSum + (Count * _counter);

    /// <summary>Tokens that they have yet to produce.</summary>
    internal long Remaining => _endSum - (Count * _counter);

    /// <summary>Sum of the tokens that the next step attends to, each sequence's new one included.</summary>
    internal long Context => _baseSum + (Count * (_counter + 1));

    /// <summary>The same with each sequence capped at the window.</summary>
    internal long WindowedContext =>
        window == 0 ? Context : _belowWindowBaseSum + (_belowWindow * (_counter + 1)) + ((long)(Count - _belowWindow) * window);

    /// <summary>Growth of <see cref="WindowedContext"/> a step: the sequences below the window.</summary>
    internal int WindowedGrowth => window == 0 ? Count : _belowWindow;

    /// <summary>Adds a sequence that holds <paramref name="held"/> tokens and has <paramref name="remaining"/> to produce.</summary>
    internal void Add(Sequence sequence, long held, int remaining)
    {
        sequence.State = SequenceState.Decoding;
        sequence.HeldBase = held - _counter;
        sequence.EndsAt = _counter + remaining;
        Count++;
        _baseSum += sequence.HeldBase;
        _endSum += sequence.EndsAt;
        _sequencesByPhase[Phase(sequence.HeldBase)]++;
        _ends.Enqueue((sequence, sequence.Epoch), (sequence.EndsAt, sequence.Admission));
        sequence.BelowWindow = window > 0 && held + 1 < window;
        if (sequence.BelowWindow)
        {
            _belowWindow++;
            _belowWindowBaseSum += sequence.HeldBase;
            _crossings.Enqueue((sequence, sequence.Epoch), window - 1 - sequence.HeldBase);
        }
    }

    /// <summary>Takes a sequence out and says how many tokens it held; what it has produced is brought up to date.</summary>
    internal long Remove(Sequence sequence)
    {
        sequence.Epoch++;
        sequence.Produced = sequence.Request.OutputTokens - (int)(sequence.EndsAt - _counter);
        Count--;
        _baseSum -= sequence.HeldBase;
        _endSum -= sequence.EndsAt;
        _sequencesByPhase[Phase(sequence.HeldBase)]--;
        LeaveWindow(sequence);
        return sequence.HeldBase + _counter;
    }

    /// <summary>Lets every sequence produce <paramref name="steps"/> tokens.</summary>
    internal void Advance(int steps)
    {
        _counter += steps;
        while (_crossings.TryPeek(out (Sequence Sequence, int Epoch) top, out long crossesAt)
            && (crossesAt <= _counter || top.Sequence.Epoch != top.Epoch))
        {
            _crossings.Dequeue();
            if (top.Sequence.Epoch == top.Epoch)
            {
                LeaveWindow(top.Sequence);
            }
        }
    }

    /// <summary>The next sequence that has produced all its tokens, in order of admission; null where there is none. The caller removes it.</summary>
    internal Sequence? NextEnded()
    {
        DropStaleEnds();
        return _ends.TryPeek(out (Sequence Sequence, int Epoch) top, out (long EndsAt, long Admission) key) && key.EndsAt <= _counter
            ? top.Sequence : null;
    }

    /// <summary>Steps until the first sequence ends, which is one more than can pass without a change; at least one while any decodes.</summary>
    internal long StepsToEnd()
    {
        DropStaleEnds();
        return _ends.TryPeek(out _, out (long EndsAt, long Admission) key) ? key.EndsAt - _counter : long.MaxValue;
    }

    /// <summary>Steps during all of which the windowed sum grows by the same amount.</summary>
    internal long StepsToCrossing()
    {
        while (_crossings.TryPeek(out (Sequence Sequence, int Epoch) top, out long crossesAt))
        {
            if (top.Sequence.Epoch == top.Epoch)
            {
                return crossesAt - _counter;
            }

            _crossings.Dequeue();
        }

        return long.MaxValue;
    }

    /// <summary>Blocks that the next <paramref name="steps"/> steps take: each sequence takes one whenever its last block is full.</summary>
    internal long BlocksFor(int steps)
    {
        (int rounds, int rest) = Math.DivRem(steps, blockSize);
        long blocks = (long)rounds * Count;
        for (int i = 0; i < rest; i++)
        {
            blocks += _sequencesByPhase[Phase(-(_counter + i))];
        }

        return blocks;
    }

    /// <summary>The largest number of steps that take at most <paramref name="blocks"/> blocks.</summary>
    internal long StepsWithin(long blocks)
    {
        if (Count == 0)
        {
            return long.MaxValue;
        }

        (long rounds, long left) = Math.DivRem(blocks, Count);
        long steps = rounds * blockSize;
        for (int i = 0; i < blockSize; i++)
        {
            left -= _sequencesByPhase[Phase(-(_counter + i))];
            if (left < 0)
            {
                break;
            }

            steps++;
        }

        return steps;
    }

    /// <summary>The phase of a sequence is its tokens modulo the block size when S is zero; it needs a block at those S that cancel it.</summary>
    private int Phase(long value)
    {
        int remainder = (int)(value % blockSize);
        return remainder < 0 ? remainder + blockSize : remainder;
    }

    private void LeaveWindow(Sequence sequence)
    {
        if (sequence.BelowWindow)
        {
            sequence.BelowWindow = false;
            _belowWindow--;
            _belowWindowBaseSum -= sequence.HeldBase;
        }
    }

    private void DropStaleEnds()
    {
        while (_ends.TryPeek(out (Sequence Sequence, int Epoch) top, out _) && top.Sequence.Epoch != top.Epoch)
        {
            _ends.Dequeue();
        }
    }
}
