using LlmSim.Model.Units;

namespace LlmSim.Schedules.Serving.Results;

/// <summary>Latencies that a request must keep to be counted as good; null where nothing is promised.</summary>
/// <param name="Ttft">Time from sending to the first token.</param>
/// <param name="Tpot">Mean time between two tokens after the first.</param>
/// <param name="EndToEnd">Time from sending to the last token.</param>
public sealed record ServiceLevel(Seconds? Ttft, Seconds? Tpot, Seconds? EndToEnd)
{
    /// <summary>No promise: whatever completes is good.</summary>
    public static readonly ServiceLevel None = new(null, null, null);

    /// <summary>Whether anything is promised.</summary>
    public bool IsPromise => this != None;

    /// <summary>Whether a request completed within all that is promised.</summary>
    public bool IsMet(in RequestOutcome outcome) => outcome.Status == RequestStatus.Completed
        && Keeps(Ttft, outcome.FirstToken - outcome.Request.Arrival)
        && Keeps(EndToEnd, outcome.Finished - outcome.Request.Arrival)
        && (outcome.ProducedTokens < 2 || Keeps(Tpot, (outcome.Finished - outcome.FirstToken) / (outcome.ProducedTokens - 1)));

    private static bool Keeps(Seconds? promise, Seconds found) => promise is not Seconds limit || found <= limit;
}

/// <summary>A class of traffic as results tell it apart.</summary>
/// <param name="Name">What reports call it.</param>
/// <param name="Level">What it is promised.</param>
public sealed record RequestClass(string Name, ServiceLevel Level)
{
    /// <summary>The one class of traffic that has no classes.</summary>
    public static readonly RequestClass All = new("all", ServiceLevel.None);
}
