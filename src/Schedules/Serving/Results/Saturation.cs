using LlmSim.Model.Units;

namespace LlmSim.Schedules.Serving.Results;

/// <summary>Whether a system keeps up with its load.</summary>
public enum LoadState
{
    /// <summary>Requests wait less than they are served, and do not pile up.</summary>
    Stable,

    /// <summary>Requests wait longer than they are served, yet they do not pile up without end: the system works off what bursts leave.</summary>
    Backlogged,

    /// <summary>Requests pile up as long as they come, or are lost: more is asked than can be done.</summary>
    Overloaded,
}

/// <summary>The verdict on a run and what it rests on.</summary>
/// <remarks>
/// Of a load above capacity, the share 1 - capacity / load piles up (a fluid queue), so the number of requests that arrivals find in the system grows evenly
/// from nothing. It does so here where a line explains at least half of the variance of those numbers and rises by more than their mean; a stable system
/// fluctuates about a mean, whatever the line through that. In a closed loop nothing can pile up.
/// </remarks>
/// <param name="State">The verdict.</param>
/// <param name="Growth">Requests that pile up for each one that arrives, by the slope of the line.</param>
/// <param name="Explained">Share of the variance that the line explains, 0 to 1.</param>
/// <param name="LostShare">Share of the requests that ended which found a full queue or gave up.</param>
public sealed record Saturation(LoadState State, double Growth, double Explained, double LostShare)
{
    /// <summary>Requests below which there is no verdict.</summary>
    public const int FewestRequests = 20;

    /// <summary>Share of the variance that a line explains where the number of requests grows.</summary>
    internal const double LeastExplained = 0.5;

    private const double LeastLost = 0.05;

    /// <summary>Judges a run.</summary>
    /// <param name="grows">Whether requests pile up.</param>
    /// <param name="growth">How many do for each that arrives.</param>
    /// <param name="explained">Share of the variance that this growth explains.</param>
    /// <param name="wait">Mean wait before the first iteration.</param>
    /// <param name="residence">Mean time from sending to the last token.</param>
    /// <param name="lost">Share of the requests that found a full queue or gave up.</param>
    internal static Saturation Of(bool grows, double growth, double explained, Seconds wait, Seconds residence, double lost)
    {
        LoadState state = grows || lost > LeastLost ? LoadState.Overloaded : wait > residence - wait ? LoadState.Backlogged : LoadState.Stable;
        return new(state, growth, explained, lost);
    }
}
