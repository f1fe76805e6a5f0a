using LlmSim.Model.Units;

namespace LlmSim.Schedules.Serving.Results;

/// <summary>The state of a serving system at one moment; what is not a state is counted from the start.</summary>
public readonly record struct TimelineSample
{
    /// <summary>The moment.</summary>
    public Instant Time { get; init; }

    /// <summary>Requests that wait at replicas.</summary>
    public long Waiting { get; init; }

    /// <summary>Sequences that are active on replicas.</summary>
    public long Active { get; init; }

    /// <summary>Share of all replicas' KV blocks that is in use, 0 to 1.</summary>
    public double KvUsed { get; init; }

    /// <summary>Requests that were sent so far.</summary>
    public long Arrived { get; init; }

    /// <summary>Requests that completed so far.</summary>
    public long Completed { get; init; }

    /// <summary>Requests that were refused so far.</summary>
    public long Rejected { get; init; }

    /// <summary>Requests whose client gave up so far.</summary>
    public long TimedOut { get; init; }

    /// <summary>What the replicas have done so far.</summary>
    public ReplicaCounts Work { get; init; }
}

/// <summary>The state of a system at even distances in time, in constant memory. Owns the samples.</summary>
/// <remarks>Once there are too many, every second one is dropped and the distance doubles, so that a run of any length has some thousand.</remarks>
public sealed class ServeTimeline
{
    private readonly int _most;
    private readonly List<TimelineSample> _samples = [];
    private long _interval = 10_000_000;

    /// <summary>A timeline of at most so many samples, at least two, which begins with one every 10 ms.</summary>
    public ServeTimeline(int most = 2000)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 2);
        _most = most;
    }

    /// <summary>The samples, the first at zero.</summary>
    public IReadOnlyList<TimelineSample> Samples => _samples;

    /// <summary>When the next sample is due.</summary>
    internal Instant Next => new(_samples.Count * _interval);

    internal void Add(in TimelineSample sample)
    {
        _samples.Add(sample);
        if (_samples.Count <= _most)
        {
            return;
        }

        for (int i = 0; 2 * i < _samples.Count; i++)
        {
            _samples[i] = _samples[2 * i];
        }

        _samples.RemoveRange((_samples.Count + 1) / 2, _samples.Count / 2);
        _interval *= 2;
    }
}
