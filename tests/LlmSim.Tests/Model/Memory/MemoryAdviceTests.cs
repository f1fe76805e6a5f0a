using LlmSim.Model.Memory;
using LlmSim.Model.Parallelism;
using LlmSim.Model.Units;
using Xunit;

namespace LlmSim.Tests.Model.Memory;

public sealed class MemoryAdviceTests
{
    private static readonly Bytes H100 = Bytes.Gigabytes(85.0);

    [Fact]
    public void A_job_that_fits_needs_no_advice() =>
        Assert.Empty(MemoryAdvice.ForServing(new ServeMemoryInput { Architecture = SampleModels.Llama3Of8B() }, H100));

    [Fact]
    public void Serving_seventy_billion_on_two_devices_is_told_what_fits()
    {
        var two = new ParallelLayout { Tensor = 2 };
        var input = new ServeMemoryInput { Architecture = SampleModels.Llama3Of70B(), Layout = two, MaxContext = 65_536 };
        var changes = MemoryAdvice.ForServing(input, H100);
        Assert.Contains(changes, change => change.Change == "TP 2 → 4");
        Assert.Contains(changes, change => change.Change == "weights bf16 → fp8");
        Assert.All(changes, change => Assert.True(ServeMemory.Account(change.Input, H100).Account.Fits));
        Assert.Matches(@"^needs [\d.]+ GiB of 79\.2; .+ fits \([\d.]+ GiB\)$", changes[0].Text);
    }

    [Fact]
    public void Training_is_told_the_cheapest_change_first()
    {
        var input = new TrainMemoryInput
        {
            Architecture = SampleModels.Llama2Of7B(),
            MicroBatch = 1,
            Sequence = 4096,
            Layout = new ParallelLayout { Data = 8 },
            MicroBatches = 4,
        };
        var changes = MemoryAdvice.ForTraining(input, H100);
        Assert.StartsWith("ZeRO 0 → 1", changes[0].Change, StringComparison.Ordinal);
        Assert.Contains(changes, change => change.Change == "TP 1 → 2 with DP 8 → 4");
        Assert.All(changes, change => Assert.True(TrainMemory.Peak(change.Input, H100).Fits));
    }

    [Fact]
    public void Where_one_change_is_not_enough_several_are_taken()
    {
        var input = new TrainMemoryInput { Architecture = SampleModels.Llama3Of70B(), MicroBatch = 1, Sequence = 8192 };
        MemoryChange<TrainMemoryInput> change = Assert.Single(MemoryAdvice.ForTraining(input, H100));
        Assert.Contains(", ", change.Change, StringComparison.Ordinal);
        Assert.True(TrainMemory.Peak(change.Input, H100).Fits);
    }
}
