using LlmSim.Model.Units;

namespace LlmSim.Schedules.Serving;

/// <summary>
/// Records the time between consecutive tokens of each sequence. Owns how many decoding sequences saw their last token at which moment.
/// </summary>
/// <remarks>
/// After a decode step all sequences share that moment, so a step records one value with the number of sequences as its weight.
/// Sequences that joined since then form further groups, of which there are as many as prefill iterations without a decode.
/// </remarks>
internal sealed class TokenGaps(LatencyRecorder recorder)
{
    private readonly List<(Instant LastToken, int Sequences)> _groups = [];
    private Instant _lastStep;

    /// <summary>A sequence starts to decode, having just produced a token.</summary>
    internal void Join(Instant now) => Change(now, 1);

    /// <summary>A sequence that joined at <paramref name="joined"/> stops decoding; says when its last token came out.</summary>
    internal Instant Leave(Instant joined)
    {
        Instant last = Instant.Max(joined, _lastStep);
        Change(last, -1);
        return last;
    }

    /// <summary>Every decoding sequence produces a token.</summary>
    internal void Step(Instant now)
    {
        if (_groups.Count == 1)
        {
            (Instant lastToken, int count) = _groups[0];
            recorder.Record(now.Nanoseconds - lastToken.Nanoseconds, count);
            _groups[0] = (now, count);
            _lastStep = now;
            return;
        }

        int sequences = 0;
        foreach ((Instant joined, int members) in _groups)
        {
            recorder.Record(now.Nanoseconds - joined.Nanoseconds, members);
            sequences += members;
        }

        _groups.Clear();
        _lastStep = now;
        if (sequences > 0)
        {
            _groups.Add((now, sequences));
        }
    }

    /// <summary>A preempted sequence produces its next token after its recomputation.</summary>
    internal void Resume(Instant lastToken, Instant now) => recorder.Record(now.Nanoseconds - lastToken.Nanoseconds, 1);

    private void Change(Instant lastToken, int by)
    {
        for (int i = _groups.Count - 1; i >= 0; i--)
        {
            if (_groups[i].LastToken == lastToken)
            {
                _groups[i] = (lastToken, _groups[i].Sequences + by);
                return;
            }
        }

        _groups.Add((lastToken, by));
    }
}
