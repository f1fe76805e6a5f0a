using System.Collections.Immutable;
using LlmSim.Model.Units;
using LlmSim.Schedules.Traffic;

namespace LlmSim.Schedules.Serving.Admission;

/// <summary>A request on its way: when this attempt was sent, and whether it still has to pass the limits.</summary>
internal readonly record struct PendingRequest(Request Request, Instant Sent, bool IsRetry);

/// <summary>
/// The gate before the router: rate limits, requests that a limit holds back, and requests that clients will send again. Owns the limiters and both queues.
/// </summary>
internal sealed class AdmissionGate(ImmutableArray<RateLimit> limits, RetryPolicy? retry, long seed)
{
    private readonly Dictionary<(int Limit, long Key), IRateLimiter> _limiters = [];
    private readonly PriorityQueue<PendingRequest, (Instant Time, long Order)> _pending = new();
    private readonly IRateLimiter[] _asked = new IRateLimiter[limits.Length];
    private long _order;

    /// <summary>When the next request is let through or sent again; never where none waits.</summary>
    internal Instant NextDue => _pending.TryPeek(out _, out (Instant Time, long Order) next) ? next.Time : Instant.Never;

    /// <summary>How many attempts were made again.</summary>
    internal long Retries { get; private set; }

    /// <summary>The next request that is due.</summary>
    internal PendingRequest TakeDue() => _pending.Dequeue();

    /// <summary>When a request that comes now may go on to the router, or null where a limit refuses it; where it may, every limit has counted it.</summary>
    internal Instant? Admit(in Request request, Instant now)
    {
        Instant release = now;
        for (int i = 0; i < limits.Length; i++)
        {
            _asked[i] = Limiter(i, request);
            if (_asked[i].Test(now, Units(limits[i], request)) is not Instant passes)
            {
                return null;
            }

            release = Instant.Max(release, passes);
        }

        for (int i = 0; i < limits.Length; i++)
        {
            _asked[i].Take(now, Units(limits[i], request));
        }

        return release;
    }

    /// <summary>Holds a request back until its release.</summary>
    internal void Hold(in Request request, Instant sent, Instant release) => _pending.Enqueue(new(request, sent, false), (release, _order++));

    /// <summary>Sends a request again after a wait, where its client does so.</summary>
    internal bool TryRepeat(in RequestOutcome outcome, Instant now)
    {
        if (retry is null || !retry.Repeats(outcome))
        {
            return false;
        }

        Request request = outcome.Request;
        Instant again = now + retry.Wait(request.Id, request.Attempt, seed);
        _pending.Enqueue(new(request with { Attempt = request.Attempt + 1 }, again, true), (again, _order++));
        Retries++;
        return true;
    }

    private static long Units(RateLimit limit, in Request request) => limit.CountsTokens ? (long)request.PromptTokens + request.OutputTokens : 1;

    private IRateLimiter Limiter(int index, in Request request)
    {
        // Sessions and users are numbered within their class, so the class is part of their key.
        long key = limits[index].Scope switch
        {
            LimitScope.Class => request.Class,
            LimitScope.User => ((long)request.Class << 32) + request.User,
            LimitScope.Session => ((long)request.Class << 48) + request.Session,
            _ => 0,
        };
        if (!_limiters.TryGetValue((index, key), out IRateLimiter? limiter))
        {
            limiter = limits[index].Create();
            _limiters.Add((index, key), limiter);
        }

        return limiter;
    }
}
