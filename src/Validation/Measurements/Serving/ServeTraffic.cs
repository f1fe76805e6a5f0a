using System.Collections.Immutable;
using LlmSim.Model.Units;
using LlmSim.Schedules.Traffic;

namespace LlmSim.Validation.Measurements.Serving;

/// <summary>The requests of a measured run.</summary>
public abstract record ServeTraffic
{
    /// <summary>Requests in all.</summary>
    public abstract long Requests { get; }

    /// <summary>A fresh stream of the requests.</summary>
    public abstract IRequestSource Open();
}

/// <summary>Clients that each send their next request once their last has ended; with as many clients as requests all are sent at once.</summary>
/// <param name="Clients">Clients.</param>
/// <param name="Shapes">Lengths.</param>
/// <param name="Count">Requests in all.</param>
/// <param name="Turnaround">Time from the end of a request to its client's next.</param>
public sealed record ClientTraffic(int Clients, RequestShapes Shapes, long Count, Seconds Turnaround = default) : ServeTraffic
{
    /// <inheritdoc/>
    public override long Requests => Count;

    /// <inheritdoc/>
    public override IRequestSource Open() => new ClosedLoop(Clients, Shapes, Count, Turnaround);
}

/// <summary>Requests that arrive by a random process, whatever became of earlier ones.</summary>
/// <param name="Arrivals">The process.</param>
/// <param name="Shapes">Lengths.</param>
/// <param name="Count">Requests in all.</param>
public sealed record ArrivalTraffic(ArrivalProcess Arrivals, RequestShapes Shapes, long Count) : ServeTraffic
{
    /// <inheritdoc/>
    public override long Requests => Count;

    /// <inheritdoc/>
    public override IRequestSource Open() => new OpenLoop(Arrivals, Shapes, Count);
}

/// <summary>Requests as they were recorded.</summary>
/// <param name="List">The requests in order of arrival.</param>
public sealed record RecordedTraffic(ImmutableArray<Request> List) : ServeTraffic
{
    /// <inheritdoc/>
    public override long Requests => List.Length;

    /// <inheritdoc/>
    public override IRequestSource Open() => new RecordedRequests(List);
}

/// <summary>Requests that are sent like others but have listed lengths.</summary>
/// <param name="Sent">How they are sent.</param>
/// <param name="Prompts">Prompt tokens of each request.</param>
/// <param name="Outputs">Output tokens of each request.</param>
public sealed record ListedLengths(ServeTraffic Sent, ImmutableArray<int> Prompts, ImmutableArray<int> Outputs) : ServeTraffic
{
    /// <inheritdoc/>
    public override long Requests => Prompts.Length;

    /// <inheritdoc/>
    public override IRequestSource Open() => new Resized(Sent.Open(), this);

    /// <summary>Gives the requests of a source other lengths. Owns the source.</summary>
    private sealed class Resized(IRequestSource source, ListedLengths lengths) : IRequestSource
    {
        public Instant NextArrival => source.NextArrival;

        public Request Take()
        {
            Request request = source.Take();
            return request with { PromptTokens = lengths.Prompts[(int)request.Id], OutputTokens = lengths.Outputs[(int)request.Id] };
        }

        public void Finished(in Request request, Instant now) => source.Finished(request, now);
    }
}
