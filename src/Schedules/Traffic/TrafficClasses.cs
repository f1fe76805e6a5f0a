using System.Collections.Immutable;
using LlmSim.Model.Units;

namespace LlmSim.Schedules.Traffic;

/// <summary>Several kinds of traffic at once, merged in order of arrival. Owns the numbering of all requests.</summary>
/// <remarks>At the same moment the class that was named first comes first.</remarks>
public sealed class TrafficClasses : IRequestSource
{
    private readonly ImmutableArray<(IRequestSource Source, int Priority)> _classes;
    private long _issued;

    /// <summary>One source and one priority for each class, at least one.</summary>
    public TrafficClasses(ImmutableArray<(IRequestSource Source, int Priority)> classes)
    {
        ArgumentOutOfRangeException.ThrowIfZero(classes.Length, nameof(classes));
        _classes = classes;
    }

    /// <inheritdoc/>
    public Instant NextArrival => _classes[Earliest()].Source.NextArrival;

    /// <inheritdoc/>
    public Request Take()
    {
        int index = Earliest();
        return _classes[index].Source.Take() with { Id = _issued++, Class = index, Priority = _classes[index].Priority };
    }

    /// <inheritdoc/>
    public void Finished(in Request request, Instant now) => _classes[request.Class].Source.Finished(request, now);

    private int Earliest()
    {
        int earliest = 0;
        for (int i = 1; i < _classes.Length; i++)
        {
            earliest = _classes[i].Source.NextArrival < _classes[earliest].Source.NextArrival ? i : earliest;
        }

        return earliest;
    }
}
