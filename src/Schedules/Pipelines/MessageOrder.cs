using System.Collections.Immutable;

namespace LlmSim.Schedules.Pipelines;

/// <summary>Whether stages that send and receive in their own order, and wait for it, ever wait for ever.</summary>
/// <remarks>
/// Between two passes a stage posts one group: the messages of the pass that ended and those that the next one needs (as batch_isend_irecv does), and
/// goes on when the whole group is through. A receive is through when its message was posted; a send when no more messages than are received ahead of
/// their use wait on its way, which with none is when both ends have posted it. A way is what one stage sends another of one kind (activations or
/// gradients) for one chunk, as with a communicator or a tag for each; on it messages are matched in the order of posting, so a receiver that expects
/// another message is a fault as well.
/// </remarks>
internal sealed class MessageOrder
{
    private readonly PipelineSchedule _schedule;
    private readonly PassLinks _links;
    private readonly int _ahead;
    private readonly int[] _next;
    private readonly int[] _open;
    private readonly Dictionary<Way, (Queue<int> Sent, Queue<int> Expected)> _ways = [];
    private readonly Stack<int> _ready = new();
    private readonly ImmutableArray<string>.Builder _problems = ImmutableArray.CreateBuilder<string>();

    private MessageOrder(PipelineSchedule schedule, int ahead)
    {
        (_schedule, _ahead) = (schedule, ahead);
        _links = new(schedule.Shape);
        _next = new int[schedule.Stages];
        _open = new int[schedule.Stages];
    }

    /// <summary>What goes wrong; empty where all messages go through.</summary>
    /// <param name="schedule">A schedule that no stage is stuck in where nobody waits for its sends.</param>
    /// <param name="ahead">Messages on one way that may wait for their receiver without holding up the sender.</param>
    internal static ImmutableArray<string> Problems(PipelineSchedule schedule, int ahead)
    {
        var order = new MessageOrder(schedule, ahead);
        order.Run();
        return order._problems.ToImmutable();
    }

    private void Run()
    {
        for (int stage = 0; stage < _schedule.Stages; stage++)
        {
            Post(stage);
        }

        while (_problems.Count == 0 && _ready.TryPop(out int stage))
        {
            _next[stage]++;
            if (_next[stage] <= _schedule.ByStage[stage].Length)
            {
                Post(stage);
            }
        }

        for (int stage = 0; _problems.Count == 0 && stage < _schedule.Stages; stage++)
        {
            if (_next[stage] < _schedule.ByStage[stage].Length)
            {
                _problems.Add($"stage {stage} waits for ever for messages before {_schedule.ByStage[stage][_next[stage]]} if sends block after {_ahead}");
            }
        }
    }

    /// <summary>Posts what the last pass made and the next one needs.</summary>
    private void Post(int stage)
    {
        int next = _next[stage];
        ImmutableArray<Pass> passes = _schedule.ByStage[stage];
        _open[stage]++;
        if (next > 0)
        {
            Pass ended = passes[next - 1];
            if (ended.IsForward)
            {
                Send(stage, _links.ForwardReceiver(stage, ended), true, ended.Chunk, _links.Activations(stage, ended));
            }

            if (ended.IsBackward)
            {
                Send(stage, _links.BackwardReceiver(stage, ended), false, ended.BackwardPart.Chunk, _links.InputGradient(stage, ended));
            }
        }

        if (next < passes.Length)
        {
            Pass starting = passes[next];
            if (starting.IsForward)
            {
                Receive(stage, _links.Needs(stage, starting), true, starting.Chunk);
            }

            if (starting.IsBackward)
            {
                Receive(stage, _links.BackwardNeed(stage, starting), false, starting.BackwardPart.Chunk);
            }
        }

        Complete(stage);
    }

    private void Send(int stage, int receiver, bool isForward, int chunk, int product)
    {
        if (receiver != PassLinks.Nothing && receiver != stage)
        {
            var way = new Way(stage, receiver, isForward, _schedule.Shape.Position(stage, chunk));
            (Queue<int> sent, Queue<int> _) = Queues(way);
            _open[stage] += sent.Count < _ahead ? 0 : 1;
            sent.Enqueue(product);
            Match(way);
        }
    }

    private void Receive(int stage, PassLinks.Need need, bool isForward, int chunk)
    {
        if (need.Product != PassLinks.Nothing && need.Hop)
        {
            int from = _schedule.Shape.Position(stage, chunk) + (isForward ? -1 : 1);
            var way = new Way(_schedule.Shape.StageAt(from, chunk), stage, isForward, from);
            _open[stage]++;
            Queues(way).Expected.Enqueue(need.Product);
            Match(way);
        }
    }

    private void Match(Way way)
    {
        (Queue<int> sent, Queue<int> expected) = Queues(way);
        while (sent.Count > 0 && expected.Count > 0)
        {
            bool holdsUp = sent.Count > _ahead;
            if (sent.Dequeue() != expected.Dequeue())
            {
                _problems.Add($"stage {way.To} expects another message from stage {way.From} than the next one sent, before {_schedule.ByStage[way.To][_next[way.To]]}");
                return;
            }

            Complete(way.To);
            if (holdsUp)
            {
                Complete(way.From);
            }
        }
    }

    private void Complete(int stage)
    {
        if (--_open[stage] == 0)
        {
            _ready.Push(stage);
        }
    }

    private (Queue<int> Sent, Queue<int> Expected) Queues(Way way)
    {
        if (!_ways.TryGetValue(way, out (Queue<int> Sent, Queue<int> Expected) queues))
        {
            queues = (new(), new());
            _ways.Add(way, queues);
        }

        return queues;
    }

    /// <summary>What one stage sends another of one kind for one chunk.</summary>
    private readonly record struct Way(int From, int To, bool IsForward, int Position);
}
