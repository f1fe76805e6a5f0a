using LlmSim.Model.Units;

namespace LlmSim.Schedules.Serving.Admission;

/// <summary>Decides when a request may pass a gate. One instance serves one key of one run, and time never goes back.</summary>
public interface IRateLimiter
{
    /// <summary>When a request of <paramref name="units"/> that comes at <paramref name="now"/> may go on: now, later, or null where it is refused.</summary>
    /// <remarks>Asking changes no later answer, so that several limiters can be asked before any of them counts the request.</remarks>
    Instant? Test(Instant now, long units);

    /// <summary>Counts a request that <see cref="Test"/> has just let through.</summary>
    void Take(Instant now, long units);
}
