using LlmSim.Model.Units;

namespace LlmSim.Schedules.Traffic;

/// <summary>Issues requests in order of arrival, one at a time; it never holds all of them.</summary>
/// <remarks>
/// An open source knows its next arrival at all times. A closed loop knows it only once a client is free: it learns so through <see
/// cref="Finished"/>.
/// A source is mutable and serves one run; it owns the position in its stream.
/// </remarks>
public interface IRequestSource
{
    /// <summary>When the next request that is known now arrives; <see cref="Instant.Never"/> where none is known.</summary>
    Instant NextArrival { get; }

    /// <summary>Takes the next request, which arrives at <see cref="NextArrival"/>; later ones never arrive earlier.</summary>
    Request Take();

    /// <summary>Tells that a request has ended, by completion, rejection or giving up, so that its client may send the next.</summary>
    void Finished(in Request request, Instant now);
}
