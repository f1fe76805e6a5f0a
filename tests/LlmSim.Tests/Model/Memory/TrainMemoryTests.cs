using CsCheck;
using LlmSim.Model.Architecture;
using LlmSim.Model.Hardware;
using LlmSim.Model.Memory;
using LlmSim.Model.Parallelism;
using LlmSim.Model.Units;
using Xunit;

namespace LlmSim.Tests.Model.Memory;

public sealed class TrainMemoryTests
{
    private static readonly Bytes Capacity = Bytes.Gigabytes(85);

    private static readonly TrainMemoryInput Llama = new() { Architecture = SampleModels.Llama2Of7B(), MicroBatch = 1, Sequence = 4096 };

    [Fact]
    public void Mixed_precision_adam_takes_eighteen_bytes_a_parameter()
    {
        // 2 weights + 4 gradients + 8 moments + 4 master copy (Rajbhandari 2020 counts 16 with 16-bit gradients).
        MemoryAccount account = TrainMemory.Peak(Llama, Capacity);
        Assert.Equal(18d * 6_738_415_616, State(account), 0);
        MemoryAccount half = TrainMemory.Peak(Llama with { WeightFormat = NumberFormat.Fp16 }, Capacity);
        Assert.Equal(16d * 6_738_415_616, State(half), 0);
        Assert.False(account.Fits);
        Assert.Equal(16d * 6_738_415_616, account.RulesOfThumb[0].Size.Value);
    }

    [Fact]
    public void Zero_divides_exactly_what_its_stage_names()
    {
        // Rajbhandari 2020, figure 1: K = 12, 64 ranks, 7.5B parameters: 120, 31.4, 16.6 and 1.9 GB.
        double[] expected = [16, 4 + (12d / 64), 2 + (14d / 64), 16d / 64];
        for (int stage = 0; stage <= 3; stage++)
        {
            TrainMemoryInput input = Llama with { WeightFormat = NumberFormat.Fp16, Layout = new ParallelLayout { Data = 64, ZeroStage = stage } };
            Assert.Equal(expected[stage] * 6_738_415_616, State(TrainMemory.Peak(input, Capacity)), 0);
        }
    }

    [Fact]
    public void Zero_three_shards_over_all_ranks_are_the_whole()
    {
        Gen.Select(Gen.Int[0, 3], Gen.Int[0, 3], Gen.Int[0, 3], Gen.Int[0, 3]).Sample((tensorLog, dataLog, contextLog, expertLog) =>
        {
            var layout = new ParallelLayout
            {
                Tensor = 1 << tensorLog,
                Data = 1 << dataLog,
                Context = 1 << contextLog,
                Expert = 1 << Math.Min(
                expertLog,
                tensorLog + dataLog),
                ZeroStage = 3
            };
            TrainMemoryInput input = Llama with { Architecture = SampleModels.Mixtral(), Layout = layout };
            double replicated = (layout.Tensor - 1) * (((2d + 8) * 4096 * 32) + 4096);
            double whole = 18 * (46_702_792_704 + replicated);
            return Math.Abs((State(TrainMemory.Peak(input, Capacity)) * layout.WorldSize / whole) - 1) < 1e-12;
        });
    }

    [Fact]
    public void The_first_stage_keeps_most_micro_batches_and_the_last_holds_the_loss()
    {
        TrainMemoryInput input = Llama with { Layout = new ParallelLayout { Pipeline = 4 }, MicroBatches = 16 };
        MemoryAccount first = TrainMemory.OfStage(input, 0, Capacity);
        MemoryAccount last = TrainMemory.OfStage(input, 3, Capacity);
        Assert.Equal(4, first.SizeOf("activations") / last.SizeOf("activations"), 9);
        Assert.Equal(6d * 4096 * 32000, last.SizeOf("logits and loss").Value);
        Assert.Equal(0, first.SizeOf("logits and loss").Value);
    }

    [Fact]
    public void GPipe_keeps_all_micro_batches()
    {
        TrainMemoryInput input = Llama with { Layout = new ParallelLayout { Pipeline = 4 }, MicroBatches = 16 };
        double bounded = TrainMemory.OfStage(input, 0, Capacity).SizeOf("activations").Value;
        double all = TrainMemory.OfStage(input with { Schedule = InFlightRule.GPipe }, 0, Capacity).SizeOf("activations").Value;
        Assert.Equal(4, all / bounded, 9);
    }

    [Fact]
    public void Full_recomputation_brings_one_layer_back_at_a_time()
    {
        TrainMemoryInput full = Llama with { Recompute = RecomputeMode.Full };
        MemoryAccount account = TrainMemory.Peak(full, Capacity);
        Assert.Equal(32d * 2 * 4096 * 4096, account.SizeOf("activations").Value);
        double layer = TrainMemory.Peak(Llama, Capacity).SizeOf("activations").Value / 32;
        Assert.Equal(layer - (2d * 4096 * 4096), account.SizeOf("recomputed layer").Value, 0);
    }

    [Fact]
    public void Peak_memory_of_the_zero_bubble_runs_is_met_within_five_percent()
    {
        // Zero Bubble 2024 (arXiv 2401.10241), table 4; fp16 Megatron-LM, first and last stage one layer fewer.
        var errors = MeasuredTables.Read("training/steps.csv").Where(row => row["metric"] == "peak_memory_gb")
            .Select(row => (
                Row: row,
                Error: (TrainMemory.Peak(FromRow(row), Capacity).AllocatorPeak.Value / (row.Number("value") * 1e9)) - 1)).ToList();
        Assert.True(errors.Count >= 16, $"only {errors.Count} rows");
        string all = string.Join("; ", errors.Select(pair => $"{pair.Row["model"]} {pair.Row["schedule"]} {pair.Error:P1}").Distinct());
        Assert.True(errors.Average(pair => Math.Abs(pair.Error)) <= 0.05, all);
        Assert.True(errors.Max(pair => Math.Abs(pair.Error)) <= 0.11, all);
    }

    private static double State(MemoryAccount account) =>
        account.SizeOf("weights").Value + account.SizeOf("gradients").Value
        + account.SizeOf("optimizer moments").Value + account.SizeOf("fp32 master weights").Value;

    private static TrainMemoryInput FromRow(Dictionary<string, string> row)
    {
        TransformerArchitecture model = SampleModels.Classic(
            row["model"],
            row.Whole("hidden"),
            row.Whole("layers"),
            row.Whole("heads"),
            row.Whole("vocab"));
        bool interleaved = row["schedule"] == "1f1b-i";
        int depth = row.Whole("pp");

        // The paper's interleaved runs put one layer into each chunk.
        int virtualStages = interleaved ? (row.Whole("layers") + 2) / depth : 1;
        return new TrainMemoryInput
        {
            Architecture = model,
            Layout = new ParallelLayout { Pipeline = depth, VirtualStages = virtualStages },
            MicroBatch = row.Whole("micro_batch"),
            Sequence = row.Whole("seq"),
            MicroBatches = row.Whole("global_batch") / row.Whole("micro_batch"),
            WeightFormat = NumberFormat.Fp16,
            ActivationFormat = NumberFormat.Fp16,
            Attention = AttentionImplementation.Unfused,
            Dropout = true,
            Stages = StageLayers.Split(row.Whole("layers"), depth, virtualStages, row.Whole("first_last_layers")),
            Schedule = row["schedule"] switch
            {
                "zb-2p" => InFlightRule.ZeroBubbleTwoP,
                "1f1b-i" => InFlightRule.Interleaved,
                _ => InFlightRule.OneForwardOneBackward,
            },
        };
    }
}
