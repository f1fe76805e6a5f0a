using LlmSim.Model.Units;
using LlmSim.Schedules.Engine;
using Xunit;

namespace LlmSim.Tests.Schedules.Engine;

public sealed class WorkStreamTests
{
    [Fact]
    public void Work_runs_one_after_another_and_clients_hear_of_each_end()
    {
        var simulator = new Simulator();
        var timeline = new Timeline();
        var stream = new WorkStream(simulator, "gpu0", "compute", timeline);
        List<(int Payload, long Time)> ends = [];
        var client = new Probe(simulator, (_, e) => ends.Add((e.Payload, e.Time.Nanoseconds)));
        stream.Append("a", Seconds.From(100e-9), client, 0, 1);
        stream.Append("b", Seconds.From(50e-9), client, 0, 2);
        simulator.RunUntil(new Instant(500), CancellationToken.None);
        stream.Append("c", Seconds.From(10e-9), client, 0, 3);
        simulator.Run(CancellationToken.None);
        Assert.Equal([(1, 100L), (2, 150L), (3, 510L)], ends);
        Assert.Equal(160e-9, stream.Busy.Value, 1e-15);
        TimelineSpan[] expected =
        [
            new("gpu0", "compute", "a", new(0), new(100)),
            new("gpu0", "compute", "b", new(100), new(150)),
            new("gpu0", "compute", "c", new(500), new(510)),
        ];
        Assert.Equal(expected, timeline.Spans);
    }
}
