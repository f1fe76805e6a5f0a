using LlmSim.Model.Units;
using LlmSim.Schedules.Traffic;

namespace LlmSim.Schedules.Serving;

/// <summary>Requests on their way from the client to the engine's queue. Owns them and when its one worker is free.</summary>
internal sealed class FrontEnd(RequestPath path)
{
    private readonly Queue<(Request Request, Instant Sent, Instant Ready)> _pending = new();
    private Instant _free;

    /// <summary>Whether requests reach the engine the moment they are sent.</summary>
    internal bool IsAbsent { get; } = path.FrontEnd == Seconds.Zero && path.Latency == Seconds.Zero;

    internal int Count => _pending.Count;

    /// <summary>When the next request reaches the engine; they do so in order of sending.</summary>
    internal Instant NextReady => _pending.TryPeek(out (Request Request, Instant Sent, Instant Ready) head) ? head.Ready : Instant.Never;

    /// <summary>Takes a request that arrives at a moment and was sent then or before.</summary>
    internal void Add(in Request request, Instant now, Instant sent)
    {
        _free = Instant.Max(_free, now) + path.FrontEnd;
        _pending.Enqueue((request, sent, _free + path.Latency));
    }

    /// <summary>The next request that has reached the engine by <paramref name="now"/>; null where none has.</summary>
    internal (Request Request, Instant Sent)? TakeReady(Instant now)
    {
        if (NextReady > now)
        {
            return null;
        }

        (Request request, Instant sent, _) = _pending.Dequeue();
        return (request, sent);
    }
}
