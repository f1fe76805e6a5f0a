using System.Collections.Immutable;
using LlmSim.Model.Architecture;
using LlmSim.Model.Memory;
using LlmSim.Model.Parallelism;
using LlmSim.Schedules.Training;
using LlmSim.Validation.Measurements;
using LlmSim.Validation.Measurements.Training;
using Xunit;

namespace LlmSim.Tests.Validation.Measurements.Training;

/// <summary>What tables of training steps say, and what is assumed where they say nothing.</summary>
public sealed class TrainingStepsReaderTests
{
    private const string Header =
        "source,gpu,cluster,model,seq,gpus,tp,pp,dp,vpp,micro_batch,global_batch,schedule,recompute,sequence_parallel,zero,precision,"
        + "first_last_layers,metric,value";

    private const string Stated = "korthikanti,a100-sxm-80gb,,gpt-22b,2048,8,8,1,1,1,4,4,1f1b,selective,1,0,fp16,0,seconds_per_step,1.10";

    [Fact]
    public void A_row_that_says_everything_becomes_that_step_and_nothing_is_assumed()
    {
        MeasuredRow row = Row(Stated);
        TrainJob job = Job(row);
        Assert.Equal(new ParallelLayout { Tensor = 8, SequenceParallel = true }, job.Layout);
        Assert.Equal((4, 4, 2048), (job.MicroBatch, job.GlobalBatch, job.SequenceLength));
        Assert.Equal((RecomputeMode.Selective, "1f1b"), (job.Recompute, job.Schedule));
        Assert.Equal(("gpt-22b", 8), (job.Architecture.Name, job.Cluster.Devices));
        Assert.Equal((AttentionImplementation.Unfused, true, TensorOverlap.Backward), (job.Attention, job.Dropout, job.TensorOverlap));
        Assert.Equal(("fp16", "korthikanti", 1.10), (row.Format, row.Source, row.Measured));
        Assert.Empty(row.Assumed);
    }

    [Fact]
    public void Blank_layout_columns_are_assumed_by_rule_and_named()
    {
        // 96 layers on 8 stages are 12 a stage: of 7, 6, 5 … chunks, 6 cut them evenly. 1536 sequences on 48 replicas are 32 micro-batches of one.
        MeasuredRow row = Row("megatron-core,h100-sxm,,gpt-314b,4096,3072,8,8,48,,,1536,,,,1,bf16,0,model_tflops_per_gpu,474");
        TrainJob job = Job(row);
        Assert.Equal((6, 1, "interleaved-1f1b"), (job.Layout.VirtualStages, job.MicroBatch, job.Schedule));
        Assert.Equal((RecomputeMode.None, true), (job.Recompute, job.Layout.SequenceParallel));
        string[] named = [.. row.Assumed.Select(static text => text.Split(' ')[0])];
        Assert.Equal(["micro_batch", "network", "recompute", "schedule", "sequence_parallel", "vpp"], named.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Without_a_pipeline_four_sequences_are_a_micro_batch_and_the_schedule_is_plain()
    {
        TrainJob job = Job(Row("megatron-core,h100-sxm,,gpt-1.7b,4096,48,1,1,48,,,192,,,,1,bf16,0,model_tflops_per_gpu,408"));
        Assert.Equal((4, 1, "1f1b", false), (job.MicroBatch, job.Layout.VirtualStages, job.Schedule, job.Layout.SequenceParallel));
    }

    [Fact]
    public void A_source_that_nobody_knows_gets_a_stack_of_its_time_which_is_named()
    {
        MeasuredRow row = Row(Stated.Replace("korthikanti,", "mine,", StringComparison.Ordinal).Replace("fp16", "bf16", StringComparison.Ordinal));
        Assert.Equal((AttentionImplementation.Flash, false), (Job(row).Attention, Job(row).Dropout));
        string[] named = [.. row.Assumed.Select(static text => text.Split(' ')[0])];
        Assert.Equal(["attention", "dropout", "tensor_overlap", "data_overlap", "pipeline_overlap", "fused_loss", "padded_vocabulary"], named);
    }

    [Theory]
    [InlineData("8 GPUs/node NVLink3, 4x200 Gb/s per node", 8, 12.5e9)]
    [InlineData("DGX A100, 8x200 Gb/s HDR per node", 8, 25e9)]
    [InlineData("RoCE 400 Gb/s per GPU, 8 GPUs/node", 8, 50e9)]
    [InlineData("4 GPUs/node, 1 x 100 Gb/s Ethernet per node", 4, 3.125e9)]
    [InlineData("", 8, 25e9)]
    public void The_cluster_in_words_is_its_node_and_network(string words, int devices, double bytesPerSecond)
    {
        var node = Job(Row(Stated.Replace("80gb,,", $"80gb,\"{words}\",", StringComparison.Ordinal))).Cluster.Node;
        Assert.Equal((devices, bytesPerSecond), (node.Devices, node.ScaleOut.Bandwidth.Value));
    }

    [Fact]
    public void A_zero_bubble_row_has_time_and_memory()
    {
        const string Time = "zero-bubble,a100-sxm-80gb,,zb-1.5b,1024,8,1,8,1,,6,144,zb-2p,none,0,0,fp16,-1,samples_per_gpu_per_second,14.5";
        MeasurementFile file = Read(Time, Time.Replace("samples_per_gpu_per_second,14.5", "peak_memory_gb,59", StringComparison.Ordinal));
        Assert.All(file.Rows, static row => Assert.Null(row.Skipped));
        Assert.Equal(InFlightRule.ZeroBubbleTwoP, ((TrainWork)file.Rows[1].Work!).Job.MemoryInput.Schedule);
        Assert.Empty(file.Problems);
    }

    [Fact]
    public void End_chunks_may_hold_embedding_and_head_alone()
    {
        TrainJob job = Job(Row("zero-bubble,a100-sxm-80gb,,zb-1.5b,1024,8,1,8,1,,6,144,1f1b-i,none,0,0,fp16,-1,peak_memory_gb,40"));
        ImmutableArray<int> layers = job.Stages.ByChunk;
        Assert.Equal((24, 22, 0, 0), (layers.Length, layers.Sum(), layers[0], layers[^1]));
    }

    [Fact]
    public void Dimensions_make_the_model_that_the_catalog_has_under_their_name()
    {
        const string Wide = "source,gpu,model,hidden,ffn,layers,heads,vocab,seq,tp,global_batch,precision,metric,value";
        MeasurementFile file = Tables.Read("steps.csv", Wide, "x,a100-sxm-80gb,somebody's,6144,24576,48,64,51200,2048,8,4,fp16,seconds_per_step,1");
        ModelShape own = ModelShape.Of(Job(file.Rows[0]).Architecture);
        Assert.Equal(ModelShape.Of(Job(Row(Stated)).Architecture), own);
    }

    [Theory]
    [InlineData("a100-sxm", "b1000-sxm", SkipReasons.UnknownGpu, "'b1000-sxm-80gb'")]
    [InlineData("gpt-22b", "nobody's", SkipReasons.UnknownModel, "'nobody's'")]
    [InlineData("1f1b", "2f2b", SkipReasons.BadValue, "schedule '2f2b'")]
    [InlineData("selective", "some", SkipReasons.BadValue, "recompute 'some'")]
    [InlineData("fp16", "fp17", SkipReasons.UnknownFormat, "'fp17'")]
    [InlineData("seconds_per_step", "minutes", SkipReasons.BadValue, "metric 'minutes'")]
    [InlineData("1.10", "-1", SkipReasons.BadMeasurement, "'-1'")]
    [InlineData("2048,8,8,", "2048,16,8,", SkipReasons.BadValue, "16")]
    [InlineData("2048,8,8,1,1,1,4,4,", "2048,7,7,1,1,1,4,4,", SkipReasons.BadValue, "64 query heads")]
    [InlineData("fp16,0,", "fp16,0.5,", SkipReasons.BadValue, "first_last_layers '0.5'")]
    public void A_wrong_cell_is_reported_with_its_line(string good, string bad, string reason, string message)
    {
        MeasurementFile file = Read(Stated, Stated.Replace(good, bad, StringComparison.Ordinal));
        Assert.Equal(reason, file.Rows[1].Skipped);
        Assert.All(file.Problems, static problem => Assert.Equal(3, problem.Line));
        Assert.Contains(file.Problems, problem => problem.Message.Contains(message, StringComparison.Ordinal));
    }

    [Fact]
    public void A_model_that_contradicts_its_columns_is_refused_unless_they_tell_all_of_it()
    {
        MeasurementFile file = Tables.Read(
            "steps.csv", "gpu,model,hidden,seq,tp,global_batch,metric,value", "a100-sxm-80gb,gpt-22b,1024,2048,8,4,seconds_per_step,1");
        Assert.Equal(SkipReasons.BadValue, file.Rows[0].Skipped);
        Assert.Contains("another hidden", Assert.Single(file.Problems).Message, StringComparison.Ordinal);
    }

    internal static MeasurementFile Read(params string[] lines) => Tables.Read("steps.csv", [Header, .. lines]);

    private static MeasuredRow Row(string line)
    {
        MeasurementFile file = Read(line);
        Assert.Empty(file.Problems);
        return Assert.Single(file.Rows);
    }

    private static TrainJob Job(MeasuredRow row) => ((TrainWork)row.Work!).Job;

    /// <summary>What of a model decides its work.</summary>
    private sealed record ModelShape(int Hidden, int Vocabulary, int Layers, LayerSpec Layer, bool Tied, NormKind Norm, int Positions)
    {
        public static ModelShape Of(TransformerArchitecture model) =>
            new(
                model.HiddenSize,
                model.VocabularySize,
                model.Layers.Length,
                model.Layers[0],
                model.TiedEmbeddings,
                model.Norm,
                model.LearnedPositions);
    }
}
