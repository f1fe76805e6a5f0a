using LlmSim.Model.Units;
using LlmSim.Schedules.Training.Runs;
using Xunit;

namespace LlmSim.Tests.Schedules.Training.Runs;

public sealed class CheckpointCostTests
{
    /// <summary>GPT-2 XL has 1.5576 B parameters (Radford 2019, as counted by Hugging Face); bf16 weights with Adam store 14 bytes each.</summary>
    private const double Stored = 14 * 1.5576e9;

    [Fact]
    public void State_is_fourteen_bytes_a_parameter_under_Adam_and_two_without_the_optimizer()
    {
        var plan = new CheckpointPlan();
        Assert.Equal(Stored, CheckpointCost.Stored(SampleRuns.Job, plan).Value, 0.01 * Stored);
        Assert.Equal(Stored / 7, CheckpointCost.Stored(SampleRuns.Job, plan with { OptimizerState = false }).Value, 0.01 * Stored / 7);
    }

    [Fact]
    public void Nodes_share_a_sharded_save_until_the_storage_is_full()
    {
        var plan = new CheckpointPlan { Node = Bandwidth.GigabytesPerSecond(5), SharedWrite = Bandwidth.GigabytesPerSecond(100) };
        CheckpointCost free = CheckpointCost.Of(SampleRuns.Job, plan);
        CheckpointCost narrow = CheckpointCost.Of(SampleRuns.Job, plan with { SharedWrite = Bandwidth.GigabytesPerSecond(2), SharedRead = Bandwidth.GigabytesPerSecond(4) });

        Assert.Equal(Stored / 10e9, free.Blocking.Value, 0.01 * free.Blocking.Value);
        Assert.Equal(Stored / 2e9, narrow.Blocking.Value, 0.01 * narrow.Blocking.Value);
        Assert.Equal(Stored / 4e9, narrow.Load.Value, 0.01 * narrow.Load.Value);
    }

    [Fact]
    public void A_full_save_gathers_over_one_link_and_writes_from_one_host()
    {
        // A DGX A100 gives each device 25 GB/s to the network; 15 of 16 shares travel.
        var plan = new CheckpointPlan { Layout = CheckpointLayout.Full, Node = Bandwidth.GigabytesPerSecond(5) };
        CheckpointCost cost = CheckpointCost.Of(SampleRuns.Job, plan);

        Assert.Equal((Stored / 5e9) + (Stored * 15 / 16 / 25e9), cost.Blocking.Value, 0.01 * cost.Blocking.Value);
        Assert.Equal(cost.Blocking.Value, cost.Load.Value, 1e-9);
    }

    [Fact]
    public void Samples_stall_a_step_by_what_storage_or_workers_need_beyond_it()
    {
        // 16 sequences of 1,024 tokens of 4 bytes are 65,536 bytes a step.
        var loading = new DataLoading { Bandwidth = new(65_536), Preparation = new(12), Workers = 4 };
        Assert.Equal(0, loading.Stall(SampleRuns.Job, new(3)).Value);
        Assert.Equal(2, loading.Stall(SampleRuns.Job, new(1)).Value);
        Assert.Equal(11, (loading with { Workers = 1 }).Stall(SampleRuns.Job, new(1)).Value);
        Assert.Equal(13, (loading with { Prefetch = false }).Stall(SampleRuns.Job, new(1)).Value);
        Assert.Equal(0.5, (loading with { Preparation = Seconds.Zero }).Stall(SampleRuns.Job, new(0.5)).Value);
    }
}
