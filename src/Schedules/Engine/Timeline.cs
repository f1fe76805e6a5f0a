using LlmSim.Model.Units;

namespace LlmSim.Schedules.Engine;

/// <summary>Something that took time.</summary>
/// <param name="Device">Where it ran.</param>
/// <param name="Stream">On which of the device's streams.</param>
/// <param name="Name">What it was.</param>
/// <param name="Start">When it began.</param>
/// <param name="End">When it ended.</param>
public readonly record struct TimelineSpan(string Device, string Stream, string Name, Instant Start, Instant End);

/// <summary>What ran when. Owns the list of spans; whoever does not want one passes none, and nothing is kept.</summary>
public sealed class Timeline
{
    private readonly List<TimelineSpan> _spans = [];

    /// <summary>The spans in the order in which they were recorded.</summary>
    public IReadOnlyList<TimelineSpan> Spans => _spans;

    /// <summary>Keeps a span.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It ends before it starts.</exception>
    public void Record(in TimelineSpan span)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(span.End.Nanoseconds, span.Start.Nanoseconds, nameof(span));
        _spans.Add(span);
    }
}
