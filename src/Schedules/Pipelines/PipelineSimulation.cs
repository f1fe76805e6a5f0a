using LlmSim.Model.Units;
using LlmSim.Schedules.Engine;

namespace LlmSim.Schedules.Pipelines;

/// <summary>Replays a schedule on the event engine: the same numbers as <see cref="PipelineReplay"/>, event by event.</summary>
/// <remarks>Slower by the price of the queue. It is the second method that checks the first, and where resources are shared between stages.</remarks>
public static class PipelineSimulation
{
    /// <summary>Replays a schedule.</summary>
    /// <param name="schedule">A schedule without problems in <see cref="ScheduleRules"/>.</param>
    /// <param name="costs">Times of each of its chunks.</param>
    /// <param name="record">Whether to keep the span of each pass.</param>
    /// <param name="cancellation">Stops the replay.</param>
    /// <exception cref="ArgumentException">The costs are for another number of chunks, or the schedule is stuck.</exception>
    public static PipelineReplayResult Run(PipelineSchedule schedule, StageCosts costs, bool record, CancellationToken cancellation)
    {
        var simulator = new Simulator();
        var tally = new ReplayTally(schedule, record);
        var durations = PassDurations.Of(schedule, costs);
        var stages = new StageActor[schedule.Stages];
        for (int stage = 0; stage < stages.Length; stage++)
        {
            stages[stage] = new StageActor(simulator, stage, schedule, durations, tally, stages);
            simulator.Schedule(stages[stage], Instant.Zero, StageActor.Begins);
        }

        simulator.Run(cancellation);
        return Array.TrueForAll(stages, static stage => stage.Done)
            ? tally.Result()
            : throw new ArgumentException($"{schedule.Name} is stuck", nameof(schedule));
    }

    /// <summary>A stage of the pipeline. Owns its place in the order, and which products it has made or received.</summary>
    private sealed class StageActor(
        Simulator simulator, int stage, PipelineSchedule schedule, PassDurations durations, ReplayTally tally, StageActor[] stages) : Actor(simulator)
    {
        internal const int Begins = 0;

        private const int PassEnds = 1;
        private const int ProductArrives = 2;

        private readonly PassLinks _links = new(schedule.Shape);
        private readonly HashSet<int> _products = [];
        private int _next;
        private bool _running;

        internal bool Done => _next == schedule.ByStage[stage].Length;

        public override void Handle(in Event e)
        {
            switch (e.Kind)
            {
                case PassEnds:
                    EndPass();
                    break;
                case ProductArrives:
                    _products.Add(e.Payload);
                    break;
            }

            TryStartPass();
        }

        private void TryStartPass()
        {
            if (_running || Done)
            {
                return;
            }

            Pass pass = schedule.ByStage[stage][_next];
            if (Has(_links.Needs(stage, pass)) && (pass.Kind != PassKind.Overlapped || Has(_links.BackwardNeed(stage, pass))))
            {
                long start = Simulator.Now.Nanoseconds;
                long end = start + durations.Of(stage, pass);
                tally.Note(stage, _next, start, end);
                _running = true;
                Simulator.Schedule(this, new Instant(end), PassEnds);
            }
        }

        private void EndPass()
        {
            Pass pass = schedule.ByStage[stage][_next++];
            _running = false;
            if (pass.IsForward)
            {
                Deliver(_links.Activations(stage, pass), _links.ForwardReceiver(stage, pass));
            }

            if (pass.IsBackward)
            {
                Deliver(_links.InputGradient(stage, pass), _links.BackwardReceiver(stage, pass));
            }
        }

        private bool Has(PassLinks.Need need) => need.Product == PassLinks.Nothing || _products.Contains(need.Product);

        private void Deliver(int product, int receiver)
        {
            _products.Add(product);
            if (receiver != PassLinks.Nothing && receiver != stage)
            {
                Simulator.Schedule(stages[receiver], new Instant(Simulator.Now.Nanoseconds + durations.Transfer), ProductArrives, product);
            }
        }
    }
}
