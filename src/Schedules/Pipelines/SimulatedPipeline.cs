using LlmSim.Model.Units;
using LlmSim.Schedules.Engine;

namespace LlmSim.Schedules.Pipelines;

/// <summary>The stages of a pipeline as actors. Owns which products were made, and which arrived on the stage that waits for them.</summary>
internal sealed class SimulatedPipeline
{
    private readonly PipelineSchedule _schedule;
    private readonly PassDurations _durations;
    private readonly StepEnd? _end;
    private readonly ReplayTally _tally;
    private readonly StageActor[] _stages;
    private readonly bool[] _made;
    private readonly bool[] _arrived;

    /// <summary>Sets the stages up at the simulator's start.</summary>
    internal SimulatedPipeline(Simulator simulator, PipelineSchedule schedule, StageCosts costs, ReplayTally tally)
    {
        (_schedule, _end, _tally) = (schedule, costs.End, tally);
        _durations = PassDurations.Of(schedule, costs);
        int products = new PassLinks(schedule.Shape).Products;
        (_made, _arrived) = (new bool[products], new bool[products]);
        _stages = new StageActor[schedule.Stages];
        for (int stage = 0; stage < _stages.Length; stage++)
        {
            _stages[stage] = new StageActor(this, simulator, stage);
            simulator.Schedule(_stages[stage], Instant.Zero, StageActor.Begins);
        }
    }

    /// <summary>What became of it; null where a stage waits for ever.</summary>
    internal PipelineReplayResult? Result() => Array.TrueForAll(_stages, static stage => stage.Done)
        ? _tally.Result(_end is null ? [] : [.. _stages.Select(static stage => stage.EndsAt)])
        : null;

    /// <summary>A stage. Owns its place in the order, its link, and the exchanges that wait for it.</summary>
    private sealed class StageActor : Actor
    {
        internal const int Begins = 0;

        /// <summary>A link of one "byte" a second, so that what is sent is measured in seconds with the link alone.</summary>
        private static readonly Bandwidth OwnTime = Bandwidth.From(1);

        private const int PassEnds = 1;
        private const int ProductArrives = 2;
        private const int MessageLeaves = 3;
        private const int ExchangeReady = 4;
        private const int ExchangeEnds = 5;

        private readonly SimulatedPipeline _pipeline;
        private readonly int _stage;
        private readonly PassLinks _links;
        private readonly int[] _lastWeight;
        private readonly Queue<int> _exchanges = new();
        private readonly SharedLink? _link;
        private readonly List<(int Receiver, int Product)> _messages = [];
        private int _next;
        private bool _running;
        private bool _exchanging;

        internal StageActor(SimulatedPipeline pipeline, Simulator simulator, int stage)
            : base(simulator)
        {
            (_pipeline, _stage) = (pipeline, stage);
            _links = new(pipeline._schedule.Shape);
            _lastWeight = LastWeights(pipeline._schedule, stage);
            _link = pipeline._end is { SharedLink: true } ? new SharedLink(simulator, OwnTime) : null;
        }

        internal bool Done => _next == _pipeline._schedule.ByStage[_stage].Length && _exchanges.Count == 0 && !_exchanging;

        /// <summary>When passes and exchanges were through, in nanoseconds.</summary>
        internal long EndsAt { get; private set; }

        public override void Handle(in Event e)
        {
            switch (e.Kind)
            {
                case PassEnds:
                    EndPass();
                    break;
                case ProductArrives:
                    _pipeline._arrived[e.Payload] = true;
                    break;
                case MessageLeaves:
                    (int receiver, int product) = _messages[e.Payload];
                    Simulator.Schedule(_pipeline._stages[receiver], Simulator.Now, ProductArrives, product);
                    break;
                case ExchangeReady:
                    _exchanges.Enqueue(e.Payload);
                    break;
                case ExchangeEnds:
                    (_exchanging, EndsAt) = (false, Simulator.Now.Nanoseconds);
                    break;
            }

            TryExchange();
            TryStartPass();
        }

        private static int[] LastWeights(PipelineSchedule schedule, int stage)
        {
            int[] last = new int[schedule.Chunks];
            for (int place = 0; place < schedule.ByStage[stage].Length; place++)
            {
                Pass pass = schedule.ByStage[stage][place];
                if (pass.IsWeight)
                {
                    last[pass.BackwardPart.Chunk] = place;
                }
            }

            return last;
        }

        private void TryStartPass()
        {
            if (_running || _next == _pipeline._schedule.ByStage[_stage].Length)
            {
                return;
            }

            Pass pass = _pipeline._schedule.ByStage[_stage][_next];
            if (Has(_links.Needs(_stage, pass)) && (pass.Kind != PassKind.Overlapped || Has(_links.BackwardNeed(_stage, pass))))
            {
                long start = Simulator.Now.Nanoseconds;
                long end = start + _pipeline._durations.Of(_stage, _next, pass);
                _pipeline._tally.Note(_stage, _next, start, end);
                _running = true;
                PlanExchange(pass, new(start, end));
                Simulator.Schedule(this, new Instant(end), PassEnds);
            }
        }

        /// <summary>The exchange of a chunk begins a little before its last pass ends.</summary>
        private void PlanExchange(Pass pass, PassTime time)
        {
            if (_pipeline._end is not { Overlapped: true } end || !pass.IsWeight || _lastWeight[pass.BackwardPart.Chunk] != _next)
            {
                return;
            }

            int chunk = pass.BackwardPart.Chunk;
            long lead = Pipelines.ExchangeEnds.Lead(end.ByChunk[_pipeline._schedule.Shape.Position(_stage, chunk)], time);
            Simulator.Schedule(this, new Instant(time.End - lead), ExchangeReady, chunk);
        }

        private void EndPass()
        {
            Pass pass = _pipeline._schedule.ByStage[_stage][_next++];
            (_running, EndsAt) = (false, Math.Max(EndsAt, Simulator.Now.Nanoseconds));
            if (pass.IsForward)
            {
                Deliver(_links.Activations(_stage, pass), _links.ForwardReceiver(_stage, pass));
            }

            if (pass.IsBackward)
            {
                Deliver(_links.InputGradient(_stage, pass), _links.BackwardReceiver(_stage, pass));
            }

            if (_pipeline._end is { Overlapped: false } && _next == _pipeline._schedule.ByStage[_stage].Length)
            {
                foreach ((int chunk, PassTime _) in _pipeline._tally.LastWeights(_stage))
                {
                    _exchanges.Enqueue(chunk);
                }
            }
        }

        private void TryExchange()
        {
            if (_exchanging || !_exchanges.TryDequeue(out int chunk))
            {
                return;
            }

            _exchanging = true;
            Seconds time = _pipeline._end!.ByChunk[_pipeline._schedule.Shape.Position(_stage, chunk)].Time;
            if (_link is null)
            {
                Simulator.Schedule(this, time, ExchangeEnds);
            }
            else
            {
                _link.Send(Bytes.From(time.Value), this, ExchangeEnds);
            }
        }

        private bool Has(PassLinks.Need need) => need.Product == PassLinks.Nothing || (need.Hop ? _pipeline._arrived : _pipeline._made)[need.Product];

        private void Deliver(int product, int receiver)
        {
            _pipeline._made[product] = true;
            if (receiver == PassLinks.Nothing || receiver == _stage)
            {
                return;
            }

            if (_link is null)
            {
                Simulator.Schedule(_pipeline._stages[receiver], new Instant(Simulator.Now.Nanoseconds + _pipeline._durations.Transfer), ProductArrives, product);
                return;
            }

            _messages.Add((receiver, product));
            _link.Send(Bytes.From(_pipeline._durations.Transfer * 1e-9), this, MessageLeaves, _messages.Count - 1);
        }
    }
}
