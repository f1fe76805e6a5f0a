using LlmSim.Model.Units;

namespace LlmSim.Schedules.Serving;

/// <summary>The worker that sends tokens to clients, as a fluid. Owns its backlog.</summary>
/// <remarks>Backlog W after an iteration of length dt: max(0, W + chunks·d - dt); a token of that iteration is seen W later.</remarks>
internal sealed class OutputWorker(RequestPath path)
{
    private readonly double _perToken = path.PerChunk.Value / Math.Max(1, path.StreamInterval);
    private Seconds _backlog = Seconds.Zero;
    private Instant _last;

    /// <summary>An iteration that ends at <paramref name="end"/> has produced so many tokens.</summary>
    internal void Step(Instant end, long tokens)
    {
        if (_perToken > 0)
        {
            double work = _backlog.Value + (tokens * _perToken) - (end - _last).Value;
            (_backlog, _last) = (new Seconds(Math.Max(0, work)), end);
        }
    }

    /// <summary>When a client sees what comes out at <paramref name="now"/>.</summary>
    internal Instant Seen(Instant now) => now + _backlog;
}
