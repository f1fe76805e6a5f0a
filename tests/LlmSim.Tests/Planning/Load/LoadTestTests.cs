using LlmSim.Model.Units;
using LlmSim.Planning.Load;
using LlmSim.Planning.Scenarios;
using LlmSim.Schedules.Serving;
using LlmSim.Schedules.Traffic;
using LlmSim.Tests.Schedules.Serving;
using Xunit;

namespace LlmSim.Tests.Planning.Load;

/// <summary>Load tests of a single server, whose knee and capacity theory knows.</summary>
public sealed class LoadTestTests
{
    private static readonly ServeSettings OneAtATime = new() { MaxBatch = 1, MaxBatchedTokens = 64, KvCapacityTokens = 100_000 };

    [Fact]
    public void The_knee_of_a_single_server_is_at_half_its_load()
    {
        // Kleinrock 1979: throughput over time in the system of M/M/1 is rho (1 - rho) µ², largest at 1/2; within a tenth of that it is flat to 4 %.
        LoadCurve curve = LoadTest.Sweep(load => Serve(load, LengthDistribution.Exponential(1000)), 0.1, 0.9, 17, CancellationToken.None);
        Assert.InRange(curve.Knee!.Load, 0.4, 0.6);
        Assert.InRange(curve.Knee.Power, 0.24, 0.26);
        Assert.Equal(17, curve.Points.Length);
        Assert.Null(curve.Overload);
        Assert.Equal(0.9, curve.Saturation!.Load, 12);
    }

    [Fact]
    public void The_saturation_point_of_a_single_server_is_where_its_load_is_one()
    {
        LoadCurve curve = LoadTest.Sweep(load => Serve(load, LengthDistribution.Fixed(1000)), 0.2, 2, 10, CancellationToken.None);
        Assert.Equal(14, curve.Points.Length);
        Assert.InRange(curve.Saturation!.Load, 0.95, 1.03);
        Assert.InRange(curve.Overload!.Load - curve.Saturation.Load, 0.001, 0.02);
        Assert.InRange(curve.Capacity, 0.99, 1.01);
        Assert.Equal(curve.Points.Select(static point => point.Load).Order(), curve.Points.Select(static point => point.Load));
    }

    [Fact]
    public void Without_a_range_the_loads_are_around_the_capacity()
    {
        (double from, double to) = LoadTest.Range(load => Serve(load, LengthDistribution.Fixed(1000)), 500);
        Assert.InRange(from, 0.099, 0.101);
        Assert.InRange(to, 1.49, 1.51);
    }

    [Fact]
    public void Twice_the_traffic_is_twice_the_load()
    {
        FixedLengths one = new(1);
        TrafficSource[] sources =
        [
            new PoissonTraffic(Hertz.From(3), null, one, one), new GammaTraffic(Hertz.From(3), 2, null, one, one), new WeibullTraffic(Hertz.From(3), 2, null, one, one),
            new ConstantTraffic(Seconds.From(1 / 3.0), null, one, one), new BurstTraffic(Hertz.From(0.5), 6, null, one, one),
            new DiurnalTraffic(Hertz.From(3), 0.5, Seconds.From(9), 1, null, one, one), new RampTraffic(Hertz.From(1), Hertz.From(5), Seconds.From(9), 1, null, one, one),
            new SessionTraffic(Hertz.From(3), one, Seconds.Zero, null, one, one), new ClosedLoopTraffic(3, Seconds.Zero, false, null, one, one),
        ];
        Assert.All(sources, static source => Assert.Equal((3, 6), (Math.Round(LoadScale.Of(source), 9), Math.Round(LoadScale.Of(LoadScale.Times(source, 2)), 9))));
        ClassedTraffic mixed = new([new TrafficClass("a", 0, null, sources[0]), new TrafficClass("b", 0, null, sources[^1])]);
        Assert.Equal((3, 6), (LoadScale.Of(mixed), LoadScale.Of(LoadScale.Times(mixed, 2))));
        Assert.False(LoadScale.IsClosed(mixed));
        Assert.True(LoadScale.IsClosed(sources[^1]));
    }

    private static ServeResult Serve(double load, LengthDistribution output)
    {
        RequestShapes shapes = new() { Prompt = LengthDistribution.Fixed(1), Output = output, Seed = 5 };
        OpenLoop source = new(ArrivalProcess.Poisson(Hertz.From(load)), shapes, 40_000);
        return ServeSimulation.Run(OneAtATime, LinearPrice.Constant(Seconds.Milliseconds(1)), source, CancellationToken.None);
    }
}
