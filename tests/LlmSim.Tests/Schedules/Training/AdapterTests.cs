using System.Collections.Immutable;
using LlmSim.Model.Architecture;
using LlmSim.Model.Catalog;
using LlmSim.Model.Hardware;
using LlmSim.Model.Memory;
using LlmSim.Model.Parallelism;
using LlmSim.Model.Units;
using LlmSim.Schedules.Training;
using LlmSim.Tests.Model.Cost;
using Xunit;

namespace LlmSim.Tests.Schedules.Training;

/// <summary>LoRA and QLoRA against their papers.</summary>
public sealed class AdapterTests
{
    private const AdapterTargets QueryValue = AdapterTargets.Query | AdapterTargets.Value;

    /// <summary>Hu 2021 (arXiv 2106.09685): |Θ| = 2·L·d·r for L adapted matrices; table 4 has 4.7 M and 37.7 M, section 7.1 a budget of 18 M two ways.</summary>
    [Theory]
    [InlineData(1, QueryValue, 4.7e6)]
    [InlineData(4, QueryValue, 18.9e6)]
    [InlineData(8, AdapterTargets.Query, 18.9e6)]
    [InlineData(8, QueryValue, 37.7e6)]
    public void Adapters_of_GPT3_have_the_papers_parameters(int rank, AdapterTargets targets, double expected)
    {
        double trained = TrainedSharding.Whole(Model("gpt-3-175b"), Lora(rank, targets));
        Assert.InRange(trained / expected, 0.99, 1.01);
    }

    [Fact]
    public void Tensor_ranks_hold_half_of_each_adapter_whole_and_split_the_other_half()
    {
        // A column-parallel matrix has its adapter's B split and A whole, a row-parallel one the other way round; GPT-3's are square: r·h·(1 + 1/t) each.
        TransformerArchitecture model = Model("gpt-3-175b");
        double expected = 96 * 2 * 4 * 12288 * (1 + (1 / 8d));
        StageLayers stages = StageLayers.Split(96, 1);
        var layout = new ParallelLayout { Tensor = 8 };
        Assert.Equal(expected, TrainedSharding.OnStage(model, layout, stages, 0, Lora(4, AdapterTargets.Query | AdapterTargets.Output)).Total, 1e-6);
    }

    [Fact]
    public void Operations_are_two_thirds_of_full_training_and_the_adapters_own()
    {
        // A token of a layer: 24h² of products forward and for input gradients, 3·8hr of two adapters, 3·4hs of attention; the head 2hV twice.
        TrainJob job = Job("gpt-22b") with { Parts = Lora(8, QueryValue) };
        const double L = 48, S = 2048, H = 6144, V = 51200, R = 8;
        double layer = (2 * 24 * H * H) + (3 * 8 * H * R) + (3 * 4 * H * S);
        double expected = 4 * S * ((L * layer) + (2 * 2 * H * V));
        Assert.Equal(expected, ModelFlops.PerStep(job).Value, 1e-9 * expected);
        Assert.InRange(expected / ModelFlops.PerStep(Job("gpt-22b")).Value, 0.66, 0.70);
    }

    [Fact]
    public void State_of_GPT3_falls_from_over_a_terabyte_to_its_weights()
    {
        // Hu 2021, section 4.2: 350 GB in place of 1.2 TB.
        Assert.True(State(Job("gpt-3-175b")) > 1.2e12);
        Assert.InRange(State(Job("gpt-3-175b") with { Parts = Lora(4, QueryValue) }) / 350e9, 0.99, 1.01);
    }

    [Fact]
    public void A_step_is_faster_by_about_what_the_paper_saw()
    {
        // Hu 2021, section 4.2, footnote 5: 43.1 against 32.5 tokens/s on V100, 1.33 times as fast; without weight gradients at most 1.5 times.
        TrainJob full = Job("gpt-22b");
        double faster = TrainStep.Simulate(full).Pipeline / TrainStep.Simulate(full with { Parts = Lora(8, QueryValue) }).Pipeline;
        Assert.InRange(faster, 1.2, 1.5);
    }

    [Fact]
    public void Data_parallel_ranks_exchange_adapters_only()
    {
        TrainJob full = Job("gpt-3-1.3b", data: 8) with { OverlapData = false };
        TrainJob lora = full with { Parts = Lora(8, QueryValue) };
        Assert.InRange(TrainStep.Simulate(lora).Breakdown.Work.Network / TrainStep.Simulate(full).Breakdown.Work.Network, 0, 0.05);
    }

    [Theory]
    [InlineData(80, 8192, 64, 22016, 48e9)]
    [InlineData(60, 6656, 52, 17920, 24e9)]
    public void A_quantised_LLaMA_fits_where_the_paper_trains_it(int layers, int hidden, int heads, int inner, double device)
    {
        // Dettmers 2023 (arXiv 2305.14314), section 1: 65B on one 48 GB device, 33B on one of 24 GB; rank 64 on all matrices, bf16, recomputation of layers, paged optimizer.
        var layer = new LayerSpec(new AttentionSpec(heads, heads, 128), new DenseFeedForward(inner, Gated: true));
        var input = new TrainMemoryInput
        {
            Architecture = new TransformerArchitecture
            {
                Name = "llama",
                VocabularySize = 32000,
                HiddenSize = hidden,
                MaxContext = 2048,
                Layers = [.. Enumerable.Repeat(layer, layers)],
            },
            MicroBatch = 1,
            Sequence = 512,
            Recompute = RecomputeMode.Full,
            GradientFormat = NumberFormat.Bf16,
            OptimizerPlacement = OptimizerPlacement.Paged,
            Parts = new TrainedParts { Adapters = new LoraAdapters(64, AdapterTargets.All, BaseStorage.Nf4) },
        };
        Assert.True(TrainMemory.Peak(input, new Bytes(device)).Fits);
        MemoryAccount plain = TrainMemory.Peak(input with { Parts = new TrainedParts { Adapters = new LoraAdapters(64, AdapterTargets.All) } }, new Bytes(device));
        Assert.True(plain.Total.Value > 2.5 * device);
    }

    [Fact]
    public void Quantised_weights_are_expanded_once_in_each_of_three_passes()
    {
        // Forward, recomputed and backward: each reads 4.127 bits and writes 16 of every parameter in the layers' matrices at no more than the memory's bandwidth.
        TrainJob plain = Job("gpt-22b") with { Recompute = RecomputeMode.Full, Parts = Lora(8, QueryValue) };
        TrainJob quantised = plain with { Parts = new TrainedParts { Adapters = new LoraAdapters(8, QueryValue, BaseStorage.Nf4) } };
        double extra = (TrainStep.Simulate(quantised).Pipeline - TrainStep.Simulate(plain).Pipeline).Value;
        double parameters = 48 * 12d * 6144 * 6144;
        double least = 3 * parameters * ((4.127 / 8) + 2) / plain.Cluster.Accelerator.MemoryBandwidth.Value;
        Assert.InRange(extra / least, 1, 1.3);
    }

    private static double State(TrainJob job)
    {
        MemoryAccount account = TrainMemory.Peak(job.MemoryInput, Bytes.Zero);
        string[] names = ["weights", "adapters", "gradients", "optimizer moments", "fp32 master weights"];
        return names.Sum(name => account.SizeOf(name).Value);
    }

    private static TrainedParts Lora(int rank, AdapterTargets targets) => new() { Adapters = new LoraAdapters(rank, targets) };

    private static TransformerArchitecture Model(string name)
    {
        Assert.True(ModelCatalog.TryFind(name, out TransformerArchitecture? model));
        return model;
    }

    internal static TrainJob Job(string model, int data = 1)
    {
        Node node = SamplePieces.Node("a100-sxm-80gb");
        return new TrainJob
        {
            Architecture = Model(model),
            Cluster = new Cluster { Node = node, Devices = data },
            Efficiency = EfficiencyCatalog.For(node.Accelerator),
            Layout = new ParallelLayout { Data = data },
            MicroBatch = 4,
            GlobalBatch = 4 * data,
            SequenceLength = 2048,
            Precision = NumberFormat.Fp16,
        };
    }
}
