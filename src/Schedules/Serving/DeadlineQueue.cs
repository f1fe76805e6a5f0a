using LlmSim.Model.Units;

namespace LlmSim.Schedules.Serving;

/// <summary>When clients give up. All wait equally long, so the order of arrival is the order of deadlines. Owns that order.</summary>
internal sealed class DeadlineQueue
{
    private readonly Queue<Sequence> _sequences = new();

    internal void Add(Sequence sequence)
    {
        if (sequence.Deadline != Instant.Never)
        {
            _sequences.Enqueue(sequence);
        }
    }

    /// <summary>The first deadline of a sequence that has not ended; <see cref="Instant.Never"/> where there is none.</summary>
    internal Instant Earliest()
    {
        while (_sequences.TryPeek(out Sequence? sequence))
        {
            if (sequence.State != SequenceState.Done)
            {
                return sequence.Deadline;
            }

            _sequences.Dequeue();
        }

        return Instant.Never;
    }

    internal Sequence? Take() => _sequences.TryDequeue(out Sequence? sequence) ? sequence : null;
}
