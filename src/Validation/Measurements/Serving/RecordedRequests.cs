using System.Collections.Immutable;
using LlmSim.Model.Units;
using LlmSim.Schedules.Traffic;

namespace LlmSim.Validation.Measurements.Serving;

/// <summary>Issues recorded requests, which are in order of arrival. Owns the position in them.</summary>
internal sealed class RecordedRequests(ImmutableArray<Request> requests) : IRequestSource
{
    private int _next;

    /// <inheritdoc/>
    public Instant NextArrival => _next < requests.Length ? requests[_next].Arrival : Instant.Never;

    /// <inheritdoc/>
    public Request Take() => requests[_next++];

    /// <inheritdoc/>
    public void Finished(in Request request, Instant now)
    {
        // Recorded requests come when they came, whatever became of earlier ones.
    }
}
