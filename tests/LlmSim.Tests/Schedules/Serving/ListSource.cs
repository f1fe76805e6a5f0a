using LlmSim.Model.Units;
using LlmSim.Schedules.Traffic;

namespace LlmSim.Tests.Schedules.Serving;

/// <summary>Issues given requests, which are in order of arrival.</summary>
internal sealed class ListSource(IReadOnlyList<Request> requests) : IRequestSource
{
    private int _next;

    public Instant NextArrival => _next < requests.Count ? requests[_next].Arrival : Instant.Never;

    public static Request Request(long id, double arrivalSeconds, int prompt, int output) =>
        new() { Id = id, Arrival = Instant.At(Seconds.From(arrivalSeconds)), PromptTokens = prompt, OutputTokens = output, PrefixBlocks = [] };

    public Request Take() => requests[_next++];

    public void Finished(in Request request, Instant now)
    {
    }
}
