using LlmSim.Model.Units;

namespace LlmSim.Schedules.Serving;

/// <summary>When clients give up: by deadline, and of one deadline in order of arrival. Owns that order.</summary>
internal sealed class DeadlineQueue
{
    private readonly PriorityQueue<Sequence, (Instant Deadline, long Order)> _sequences = new();
    private long _added;

    internal void Add(Sequence sequence)
    {
        if (sequence.Deadline != Instant.Never)
        {
            _sequences.Enqueue(sequence, (sequence.Deadline, _added++));
        }
    }

    /// <summary>The first deadline of a sequence that has not ended; <see cref="Instant.Never"/> where there is none.</summary>
    internal Instant Earliest()
    {
        while (_sequences.TryPeek(out Sequence? sequence, out _))
        {
            if (sequence.State != SequenceState.Done)
            {
                return sequence.Deadline;
            }

            _sequences.Dequeue();
        }

        return Instant.Never;
    }

    internal Sequence? Take() => _sequences.TryDequeue(out Sequence? sequence, out _) ? sequence : null;
}
