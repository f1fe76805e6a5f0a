using LlmSim.Schedules.Engine;

namespace LlmSim.Tests.Schedules.Engine;

/// <summary>An actor that does what a test says.</summary>
internal sealed class Probe(Simulator simulator, Action<Probe, Event> react) : Actor(simulator)
{
    public override void Handle(in Event e) => react(this, e);

    public void Cancel() => CancelScheduled();
}
