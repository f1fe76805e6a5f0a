using LlmSim.Model.Draws;
using LlmSim.Model.Units;

namespace LlmSim.Schedules.Fleet;

/// <summary>A stage while the fleet runs. Owns when each of its servers is free, and what it has added up.</summary>
internal sealed class StageQueue
{
    private readonly CounterRandom _times;
    private readonly CounterRandom _choices;
    private readonly PriorityQueue<Instant, long> _free = new();

    internal StageQueue(GraphStage stage, long seed, int index)
    {
        Stage = stage;
        (_times, _choices) = (new CounterRandom(seed, 2 * index), new CounterRandom(seed, (2 * index) + 1));
        for (int server = 0; server < stage.Servers; server++)
        {
            _free.Enqueue(Instant.Zero, 0);
        }
    }

    internal GraphStage Stage { get; }

    internal long Served { get; private set; }

    internal Seconds Waited { get; private set; }

    internal Seconds Busy { get; private set; }

    /// <summary>When a request that arrives at a moment is through; requests must come in order of arrival.</summary>
    internal Instant Serve(long id, int tokens, Instant arrival)
    {
        if (_choices.Uniform(id) >= Stage.Share)
        {
            return arrival;
        }

        Instant start = Instant.Max(arrival, _free.Dequeue());
        Seconds time = Stage.Base + (Stage.PerToken * tokens);
        time = Stage.Random ? time * -Math.Log(_times.Uniform(id)) : time;
        Instant end = start + time;
        _free.Enqueue(end, end.Nanoseconds);
        Served++;
        Waited += start - arrival;
        Busy += time;
        return end;
    }
}
