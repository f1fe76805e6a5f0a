using System.Globalization;
using LlmSim.Model.Draws;
using LlmSim.Model.Units;
using LlmSim.Schedules.Engine;

namespace LlmSim.Benchmarks;

/// <summary>The hold model of event queues: with n events pending, take the first and put one back an exponential time later.</summary>
/// <remarks>Jones 1986, "An empirical comparison of priority-queue and event-set implementations". One hold is one event handled.</remarks>
internal static class HoldModel
{
    private const int Holds = 2_000_000;
    private const double MeanGapNanoseconds = 1e6;

    private static readonly long[] Gaps = DrawGaps();
    private static readonly int[] PendingCounts = [1_000, 100_000, 1_000_000];

    /// <summary>Events per second by number of pending events: the queue alone, the whole simulator, and .NET's queue with the same order.</summary>
    public static void Report(TextWriter output)
    {
        output.WriteLine("   pending   EventQueue   Simulator  PriorityQueue  EventQueue/PriorityQueue   (million events/s of processor time, median of rounds)");
        foreach (int pending in PendingCounts)
        {
            var queue = new EventQueueHold(pending);
            var simulator = new SimulatorHold(pending);
            var reference = new PriorityQueueHold(pending);
            double[] rates = [.. Rounds.Medians(queue.Run, simulator.Run, reference.Run).Select(static seconds => Holds / seconds * 1e-6)];
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{pending,10} {rates[0],12:F2} {rates[1],11:F2} {rates[2],14:F2} {rates[0] / rates[2],25:F2}"));
        }
    }

    private static long[] DrawGaps()
    {
        var random = new CounterRandom(seed: 1, stream: 0);
        return [.. Enumerable.Range(0, 1 << 16).Select(i => (long)(-MeanGapNanoseconds * Math.Log(random.Uniform(i))))];
    }

    private static long Gap(long hold) => Gaps[hold & (Gaps.Length - 1)];

    private sealed class EventQueueHold
    {
        private readonly EventQueue _queue = new();
        private long _sequence;

        public EventQueueHold(int pending)
        {
            for (int i = 0; i < pending; i++)
            {
                _queue.Push(new Event(new Instant(Gap(i)), Event.NormalPriority, _sequence++));
            }
        }

        public void Run()
        {
            for (int i = 0; i < Holds; i++)
            {
                Event first = _queue.Pop();
                _queue.Push(new Event(new Instant(first.Time.Nanoseconds + Gap(_sequence)), Event.NormalPriority, _sequence++));
            }
        }
    }

    /// <summary>The order of .NET's queue is exact only if the key says so, hence a key of time and rank.</summary>
    private sealed class PriorityQueueHold
    {
        private readonly PriorityQueue<(int Actor, int Kind), (long Time, long Rank)> _queue = new();
        private long _sequence;

        public PriorityQueueHold(int pending)
        {
            for (int i = 0; i < pending; i++)
            {
                _queue.Enqueue((0, 0), (Gap(i), _sequence++));
            }
        }

        public void Run()
        {
            for (int i = 0; i < Holds; i++)
            {
                _queue.TryDequeue(out (int Actor, int Kind) item, out (long Time, long Rank) key);
                _queue.Enqueue(item, (key.Time + Gap(_sequence), _sequence++));
            }
        }
    }

    private sealed class SimulatorHold
    {
        private readonly Simulator _simulator = new();
        private readonly HoldActor _actor;

        public SimulatorHold(int pending)
        {
            _actor = new HoldActor(_simulator);
            for (int i = 0; i < pending; i++)
            {
                _simulator.Schedule(_actor, new Instant(Gap(i)), kind: 0);
            }
        }

        public void Run()
        {
            // With n events pending and gaps of mean g, n/g events happen in a unit of time.
            double length = Holds * MeanGapNanoseconds / _simulator.Pending;
            _simulator.RunUntil(new Instant(_simulator.Now.Nanoseconds + (long)length), CancellationToken.None);
        }
    }

    private sealed class HoldActor(Simulator simulator) : Actor(simulator)
    {
        private long _hold;

        public override void Handle(in Event e) =>
            Simulator.Schedule(this, new Instant(e.Time.Nanoseconds + Gap(_hold++)), kind: 0);
    }
}
