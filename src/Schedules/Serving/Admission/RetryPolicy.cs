using LlmSim.Model.Draws;
using LlmSim.Model.Units;

namespace LlmSim.Schedules.Serving.Admission;

/// <summary>How clients send again what was refused.</summary>
public sealed record RetryPolicy
{
    private const int JitterStream = 301;

    /// <summary>How often a request is sent again at most, at least once.</summary>
    public required int Retries { get; init; }

    /// <summary>Time before the first retry.</summary>
    public required Seconds Backoff { get; init; }

    /// <summary>Factor by which the time grows from one retry to the next, at least one.</summary>
    public double Factor { get; init; } = 2;

    /// <summary>Share of the time that is drawn evenly: at 1 a client waits anywhere between nothing and all of it ("full jitter").</summary>
    public double Jitter { get; init; }

    /// <summary>Whether a request whose client gave up is sent again too.</summary>
    public bool AfterTimeout { get; init; }

    /// <summary>Time before the attempt after <paramref name="attempt"/>, which counts from zero.</summary>
    public Seconds Wait(long request, int attempt, long seed)
    {
        double drawn = new CounterRandom(seed, JitterStream + attempt).Uniform(request);
        return Backoff * (Math.Pow(Factor, attempt) * (1 - (Jitter * drawn)));
    }

    /// <summary>Whether an attempt that ended so is followed by another.</summary>
    public bool Repeats(in RequestOutcome outcome) => outcome.Request.Attempt < Retries
        && (outcome.Rejection is RejectionReason.QueueFull or RejectionReason.RateLimited || (AfterTimeout && outcome.Status == RequestStatus.TimedOut));
}
