using CsCheck;
using LlmSim.Model.Units;
using LlmSim.Schedules.Fleet;
using LlmSim.Schedules.Serving;
using LlmSim.Tests.Schedules.Serving;
using Xunit;

namespace LlmSim.Tests.Schedules.Fleet;

/// <summary>Fleets that change while requests come.</summary>
public sealed class FleetSimulationTests
{
    [Theory]
    [InlineData(1, 0.7)]
    [InlineData(3, 2.5)]
    public void A_fleet_that_never_changes_is_the_serving_system_that_it_starts_as(int replicas, double rate)
    {
        FleetPool pool = SampleFleet.Pool(replicas);
        FleetResult fleet = SampleFleet.Run(pool, SampleFleet.Poisson(rate, 5_000));
        ServeResult plain = ServeSimulation.Run(
            pool.Job.Settings, LinearPrice.Constant(SampleFleet.Step), SampleFleet.Poisson(rate, 5_000), TestContext.Current.CancellationToken);

        Assert.Equal(plain.Queue, fleet.Serving.Queue);
        Assert.Equal(plain.EndToEnd, fleet.Serving.EndToEnd);
        Assert.Equal(plain.Requests, fleet.Serving.Requests);
        Assert.Equal(plain.Work, fleet.Serving.Work);
        Assert.Equal(plain.Ended, fleet.Serving.Ended);
    }

    [Fact]
    public void From_none_only_the_event_driven_autoscaler_starts_and_the_first_request_waits_for_the_cold_start()
    {
        FleetPool none = SampleFleet.Pool(0) with { Autoscaler = new() { Kind = Autoscalers.EventDriven, Target = 1, Min = 0, Max = 4, Period = new(10), Scrape = new(10) } };
        ListSource One() => new([ListSource.Request(0, 1, 1, 1)]);
        FleetResult started = SampleFleet.Run(none, One());
        FleetResult stuck = SampleFleet.Run(none with { Autoscaler = none.Autoscaler! with { Kind = Autoscalers.Horizontal } }, One());

        // It arrives at 1 s, is seen at 10 s, the replica is ready a cold start later and takes 1 s.
        Assert.InRange(none.StartTime(isNew: true).Value, 60, 61);
        Assert.Equal(10 + none.StartTime(isNew: true).Value, started.Serving.Ttft!.Mean.Value, 9);
        Assert.Equal(1, started.Pools[0].ColdStarts);
        Assert.Equal(ServeEnd.Stuck, stuck.Serving.End);
        Assert.Contains("no replica becomes ready", stuck.Serving.StuckBecause, StringComparison.Ordinal);
    }

    [Fact]
    public void An_idle_fleet_goes_to_none_after_its_cooldown_and_comes_back()
    {
        FleetPool pool = SampleFleet.Pool(1) with
        {
            Autoscaler = new() { Kind = Autoscalers.EventDriven, Target = 1, Min = 0, Max = 1, Period = new(10), Scrape = new(10), Cooldown = new(100) },
        };
        FleetResult result = SampleFleet.Run(pool, new ListSource([ListSource.Request(0, 5, 1, 1), ListSource.Request(1, 1000, 1, 1)]));
        FleetEvent down = Assert.Single(result.Events, static e => e.Change == FleetChange.ScaleDown);

        // Idle since the look at 10 s, the first after the first answer (6 s).
        Assert.Equal(110, (down.Time - Instant.Zero).Value, 9);
        Assert.Equal(1, result.Pools[0].ColdStarts);
        Assert.True(result.Serving.Ttft!.Max.Value > 60);
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(0, 1)]
    [InlineData(2, 1)]
    public void A_rolling_update_replaces_all_and_keeps_to_its_surge_and_its_unavailable(int surge, int unavailable)
    {
        FleetPool pool = SampleFleet.Pool(4) with { Rollout = new(new(100), surge, unavailable) };
        FleetResult result = SampleFleet.Run(pool, SampleFleet.Poisson(2, 4_000));
        FleetEvent[] during = [.. result.Events.SkipWhile(static e => e.Change != FleetChange.RolloutBegins).TakeWhile(static e => e.Change != FleetChange.RolloutEnds)];

        Assert.Equal(1, result.Count(FleetChange.RolloutEnds));
        Assert.Equal(4, result.Pools[0].ColdStarts);
        Assert.Equal(4 - unavailable, during.Min(static e => e.Ready));
        Assert.InRange(during.Max(static e => e.Ready), 4, 4 + surge);
        Assert.Equal(4_000, result.Serving.Requests.Completed);
    }

    [Fact]
    public void Too_short_a_grace_loses_what_long_answers_still_lack()
    {
        ListSource Long() => new([ListSource.Request(0, 90, 1, 100), ListSource.Request(1, 500, 1, 1)]);
        FleetPool pool = SampleFleet.Pool(1) with { Rollout = new(new(100), 1, 0) };

        // The new replica is ready at 160 s; the old one would need until 190 s.
        Assert.Equal(0, SampleFleet.Run(pool with { Grace = new(31) }, Long()).Serving.Requests.Failed);
        FleetResult hasty = SampleFleet.Run(pool with { Grace = new(29) }, Long());
        Assert.Equal(1, hasty.Serving.Requests.Failed);
        Assert.Equal(1, hasty.Count(FleetChange.Killed));
        Assert.Equal(0, hasty.Serving.KvHeldTokens);
    }

    [Fact]
    public void Failures_come_at_their_rate_and_requests_are_lost_or_sent_again()
    {
        FleetPool pool = SampleFleet.Pool(5) with { Faults = new(new(2_000), new(10), Resend: false) };
        FleetResult lost = SampleFleet.Run(pool, SampleFleet.Poisson(3, 60_000));
        FleetResult resent = SampleFleet.Run(pool with { Faults = pool.Faults! with { Resend = true } }, SampleFleet.Poisson(3, 60_000));
        double expected = 20_000 * 5 / 2_000.0 * (2_000.0 / 2_070);

        // Poisson: four standard deviations.
        Assert.InRange(lost.Count(FleetChange.Failed), expected - (4 * Math.Sqrt(expected)), expected + (4 * Math.Sqrt(expected)));
        Assert.True(lost.Serving.Requests.Failed > 0);
        Assert.Equal(60_000, lost.Serving.Requests.Failed + lost.Serving.Requests.Completed);
        Assert.Equal(60_000, resent.Serving.Requests.Completed);
        Assert.True(resent.Resent > 0);
    }

    [Fact]
    public void No_more_nodes_than_the_quota_are_ever_there_and_a_new_node_takes_its_time()
    {
        FleetPool pool = SampleFleet.Pool(1) with
        {
            Nodes = new() { Warm = 0, Quota = 1, Provision = new(120) },
            Autoscaler = new() { Target = 1, Max = 100, StabilizationDown = new(1000) },
        };
        FleetResult result = SampleFleet.Run(pool, SampleFleet.Poisson(20, 8_000));

        // Eight replicas of one device fit on a node of eight.
        Assert.Equal(pool.ReplicasPerNode, result.Pools[0].MostReady);
        Assert.True(result.Count(FleetChange.NoQuota) > 0);
        Assert.Equal(8_000, result.Serving.Requests.Completed);
    }

    [Fact]
    public void No_request_is_lost_or_served_twice_and_all_blocks_come_back_whatever_a_fleet_goes_through() =>
        Gen.Select(Gen.Int[0, 3], Gen.Double[0.2, 4], Gen.Bool, Gen.Int[1, 50], Gen.Long[1, 1000]).Sample(
            static (replicas, rate, resend, target, seed) =>
            {
                FleetPool pool = SampleFleet.Pool(replicas) with
                {
                    Autoscaler = new() { Kind = Autoscalers.EventDriven, Target = target, Min = 0, Max = 5, StabilizationDown = new(30), Cooldown = new(20) },
                    Faults = new(new(500), new(10), resend),
                    Rollout = new(new(200), 1, 1),
                    Grace = new(3),
                };
                var seen = new HashSet<long>();
                FleetResult result = SampleFleet.Run(
                    pool, SampleFleet.Poisson(rate, 500, seed), job => job with { Seed = seed }, outcome => Assert.True(seen.Add(outcome.Request.Id)));
                RequestCounts counts = result.Serving.Requests;
                Assert.Equal(500, seen.Count);
                Assert.Equal(500, counts.Completed + counts.Failed);
                Assert.Equal(0, counts.Unfinished);
                Assert.Equal(0, result.Serving.KvHeldTokens);
            },
            iter: 300);
}
