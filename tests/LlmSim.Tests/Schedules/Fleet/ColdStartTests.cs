using LlmSim.Model.Units;
using LlmSim.Schedules.Fleet;
using Xunit;

namespace LlmSim.Tests.Schedules.Fleet;

public sealed class ColdStartTests
{
    [Theory]
    [InlineData(150e6)]
    [InlineData(200e6)]
    public void Bloom_takes_half_an_hour_and_more_from_a_network_volume(double bytesPerSecond)
    {
        // "Bloom LLM is 330GB"; "Bloom takes 30 ~ 45 mins to load the model into GPU": what a network volume of 150 to 200 MB/s gives.
        FleetPool pool = new()
        {
            Name = "bloom",
            Job = SampleFleet.Job("bloom-176b", "a100-sxm-80gb", 8, 1),
            ColdStart = new() { Weights = WeightSource.SharedVolume, WeightBandwidth = new(bytesPerSecond) },
        };

        Assert.InRange(pool.Weights.Value / (1L << 30), 325, 335);
        Assert.InRange(pool.StartTime(isNew: true).Value / 60, 30, 45);
    }

    [Fact]
    public void Weights_come_with_the_image_or_from_where_they_are()
    {
        var weights = new Bytes(100e9);
        var devices = new Bandwidth(50e9);
        ColdStart start = new() { Image = new(10e9), ImageBandwidth = new(1e9), WeightBandwidth = new(2e9), DriveBandwidth = new(5e9), Scheduling = default, Engine = default, GraphCapture = default, WarmUp = default };

        Assert.Equal(10 + 50 + 2, start.Time(weights, devices, isNew: true).Value, 9);
        Assert.Equal(50 + 2, start.Time(weights, devices, isNew: false).Value, 9);
        Assert.Equal(110 + 20 + 2, (start with { Weights = WeightSource.BakedIn }).Time(weights, devices, isNew: true).Value, 9);
        Assert.Equal(20 + 2, (start with { Weights = WeightSource.BakedIn }).Time(weights, devices, isNew: false).Value, 9);
        Assert.Equal(10 + 50 + 2, (start with { Weights = WeightSource.LocalCache }).Time(weights, devices, isNew: true).Value, 9);
        Assert.Equal(20 + 2, (start with { Weights = WeightSource.LocalCache }).Time(weights, devices, isNew: false).Value, 9);
    }
}
