namespace LlmSim.Schedules.Serving.Results;

/// <summary>Who looks on while a run goes on; the result is the same with and without.</summary>
public sealed record ServeWatch
{
    /// <summary>Nobody.</summary>
    public static readonly ServeWatch None = new();

    /// <summary>Takes each outcome as it comes, in order of ending.</summary>
    public Action<RequestOutcome>? Observe { get; init; }

    /// <summary>Takes the state of the system as time passes.</summary>
    public ServeTimeline? Timeline { get; init; }
}
