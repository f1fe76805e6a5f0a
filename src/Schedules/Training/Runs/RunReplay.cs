using System.Collections.Immutable;
using LlmSim.Model.Units;

namespace LlmSim.Schedules.Training.Runs;

/// <summary>The phases of a run under several draws of failures.</summary>
/// <param name="Paces">The phases.</param>
/// <param name="Mtbf">Mean time between failures of the cluster.</param>
/// <param name="Plan">What follows a failure.</param>
/// <param name="Seed">Seed of the run.</param>
internal sealed record RunReplay(ImmutableArray<PhasePace> Paces, Seconds Mtbf, FailurePlan? Plan, long Seed)
{
    /// <summary>Expected stretch from which on a run is said never to end: almost all of its time would be lost.</summary>
    private const double Hopeless = 50;

    /// <summary>Candidates of the search lie this far from each other: the fourth root of two.</summary>
    private const double CoarseRatio = 1.189207115002721;

    /// <summary>Ratio of neighbours in the search's second round: the sixteenth root of two.</summary>
    private const double FineRatio = 1.0442737824274138;

    private const int CoarseReach = 12;
    private const int FineReach = 4;

    /// <summary>More failures than this are replayed in fewer draws, down to one: their mean is sharp by itself.</summary>
    private const double MostFailures = 20_000;

    /// <summary>The same phases with checkpoints after about this much work.</summary>
    public RunReplay WithInterval(Seconds interval) => this with { Paces = [.. Paces.Select(pace => pace.WithInterval(interval))] };

    /// <summary>One draw of failures: what each phase took.</summary>
    public ImmutableArray<PhaseTally> Run(int draw)
    {
        var clock = new RunClock(Mtbf, Plan, Seed, draw);
        return [.. Paces.Select(pace => clock.Run(pace))];
    }

    /// <summary>Wall times of each draw in order.</summary>
    public Seconds[] Walls(int draws)
    {
        var walls = new Seconds[draws];
        Parallel.For(0, draws, draw => walls[draw] = Run(draw).Aggregate(Seconds.Zero, static (sum, tally) => sum + tally.Time.Total));
        return walls;
    }

    /// <summary>Draws that are worth their time.</summary>
    public int Draws(int asked)
    {
        double failures = ExpectedWall / Mtbf;
        return double.IsInfinity(Mtbf.Value) ? 1 : (int)Math.Clamp(MostFailures * asked / Math.Max(failures, 1), 1, asked);
    }

    /// <summary>Expected wall time in closed form (Daly 2006), phase by phase; a saving beside the steps counts by what holds them up.</summary>
    public Seconds ExpectedWall => Paces.Aggregate(Seconds.Zero, (sum, pace) => sum + ((pace.Step + pace.Stall) * pace.Steps * Stretch(pace)));

    /// <summary>Whether failures come so often that the run would hardly get anywhere.</summary>
    public bool IsHopeless => Paces.Any(pace => Stretch(pace) > Hopeless);

    /// <summary>The interval of least mean wall time among candidates around one: a coarse round and a fine one, with the same failures for all.</summary>
    public Seconds Best(Seconds around, int draws)
    {
        Seconds coarse = Best(around, CoarseRatio, CoarseReach, draws);
        return Best(coarse, FineRatio, FineReach, draws);
    }

    private Seconds Best(Seconds around, double ratio, int reach, int draws)
    {
        Seconds best = around;
        double least = double.PositiveInfinity;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (int i = -reach; i <= reach; i++)
        {
            Seconds interval = around * Math.Pow(ratio, i);
            RunReplay candidate = WithInterval(interval);
            string steps = string.Join(' ', candidate.Paces.Select(static pace => pace.IntervalSteps));
            if (candidate.IsHopeless || !seen.Add(steps))
            {
                continue;
            }

            double wall = candidate.Walls(draws).Sum(static seconds => seconds.Value);
            (best, least) = wall < least ? (interval, wall) : (best, least);
        }

        return best;
    }

    private double Stretch(in PhasePace pace) => CheckpointInterval.Stretch(
        Seconds.Max(pace.Interval, pace.Checkpoint.Write),
        pace.Checkpoint.Blocking,
        (Plan?.Detection ?? Seconds.Zero) + (Plan?.Restart ?? Seconds.Zero) + pace.Checkpoint.Load,
        Mtbf);
}
