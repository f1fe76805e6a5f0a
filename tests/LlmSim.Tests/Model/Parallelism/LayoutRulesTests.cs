using System.Collections.Immutable;
using LlmSim.Model.Architecture;
using LlmSim.Model.Hardware;
using LlmSim.Model.Parallelism;
using Xunit;

namespace LlmSim.Tests.Model.Parallelism;

public sealed class LayoutRulesTests
{
    private static readonly TransformerArchitecture Llama = SampleModels.Llama3Of8B();

    [Fact]
    public void A_legal_layout_has_nothing_to_say()
    {
        var layout = new ParallelLayout { Tensor = 8, Data = 2, Pipeline = 2, SequenceParallel = true };
        var cluster = new Cluster { Node = SampleNodes.H100, Devices = 32 };
        Assert.Empty(LayoutRules.Check(layout, Llama, cluster, new BatchFacts { GlobalBatch = 64, MicroBatch = 1, Sequence = 4096 }));
    }

    [Theory]
    [InlineData(3, LayoutRule.TensorHeads, LayoutSeverity.Error)]
    [InlineData(3, LayoutRule.TensorKvHeads, LayoutSeverity.Error)]
    [InlineData(3, LayoutRule.TensorFeedForward, LayoutSeverity.Error)]
    [InlineData(16, LayoutRule.TensorKvHeads, LayoutSeverity.Note)]
    [InlineData(16, LayoutRule.TensorDomain, LayoutSeverity.Warning)]
    [InlineData(5, LayoutRule.TensorVocabulary, LayoutSeverity.Note)]
    public void A_tensor_degree_is_held_against_every_width(int tensor, LayoutRule rule, LayoutSeverity severity)
    {
        var layout = new ParallelLayout { Tensor = tensor };
        Assert.Contains(LayoutRules.Check(layout, Llama, Devices(tensor)), problem => problem.Rule == rule && problem.Severity == severity);
    }

    [Fact]
    public void A_message_names_what_is_wrong_and_what_is_legal()
    {
        LayoutProblem problem = Single(new ParallelLayout { Tensor = 3 }, LayoutRule.TensorHeads);
        Assert.Contains("tensor degree 3 does not divide the 32 query heads", problem.Message, StringComparison.Ordinal);
        Assert.Contains("legal: 1, 2, 4, 8, 16, 32", problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(int.MaxValue, int.MaxValue, 1)]
    [InlineData(1_000_000, 1, 1_000_000)]
    public void Degrees_beyond_any_cluster_are_refused_before_their_products_overflow(int tensor, int data, int expert)
    {
        var layout = new ParallelLayout { Tensor = tensor, Data = data, Expert = expert };
        LayoutProblem problem = Assert.Single(LayoutRules.Check(layout, SampleModels.Llama3Of8B(), Devices(8)));
        Assert.Equal((LayoutRule.Range, LayoutSeverity.Error), (problem.Rule, problem.Severity));
    }

    [Fact]
    public void More_chunks_than_layers_are_illegal_and_an_uneven_split_is_a_note()
    {
        Assert.Equal(LayoutSeverity.Error, Single(new ParallelLayout { Pipeline = 8, VirtualStages = 5 }, LayoutRule.PipelineLayers).Severity);
        LayoutProblem uneven = Single(new ParallelLayout { Pipeline = 5 }, LayoutRule.PipelineLayers);
        Assert.Equal(LayoutSeverity.Note, uneven.Severity);
        Assert.Contains("7 against 6 layers", uneven.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Interleaving_needs_a_pipeline_and_whole_rounds()
    {
        Assert.Equal(LayoutSeverity.Error, Single(new ParallelLayout { VirtualStages = 2 }, LayoutRule.Interleaving).Severity);
        var batch = new BatchFacts { GlobalBatch = 6, MicroBatch = 1 };
        Assert.Equal(LayoutSeverity.Error, Single(new ParallelLayout { Pipeline = 4, VirtualStages = 2 }, LayoutRule.Interleaving, batch).Severity);
    }

    [Fact]
    public void The_global_batch_fills_whole_rounds_of_micro_batches() =>
        Assert.Contains(
            "legal: multiples of 8",
            Single(new ParallelLayout { Data = 4 }, LayoutRule.GlobalBatch, new BatchFacts { GlobalBatch = 12, MicroBatch = 2 }).Message,
            StringComparison.Ordinal);

    [Fact]
    public void Experts_are_spread_evenly_over_ranks_that_exist()
    {
        Assert.Contains("dense model", Single(new ParallelLayout { Expert = 2, Data = 2 }, LayoutRule.ExpertCount).Message, StringComparison.Ordinal);
        TransformerArchitecture mixtral = SampleModels.Mixtral();
        Assert.Contains(LayoutRules.Check(new ParallelLayout { Expert = 3, Data = 3 }, mixtral), problem => problem.Rule == LayoutRule.ExpertCount);
        Assert.Contains(LayoutRules.Check(new ParallelLayout { Expert = 8, Data = 4 }, mixtral), problem => problem.Rule == LayoutRule.ExpertGroup);
        Assert.Empty(LayoutRules.Check(new ParallelLayout { Expert = 8, Data = 4, Tensor = 2 }, mixtral));
    }

    [Fact]
    public void Remarks_do_not_make_a_layout_illegal()
    {
        var layout = new ParallelLayout { SequenceParallel = true, ZeroStage = 3, Pipeline = 2, Data = 2 };
        ImmutableArray<LayoutProblem> problems = LayoutRules.Check(layout, Llama);
        Assert.Equal([LayoutRule.SequenceParallel, LayoutRule.Zero], problems.Select(problem => problem.Rule));
        Assert.True(LayoutRules.IsLegal(problems));
    }

    [Fact]
    public void The_layout_occupies_the_cluster() =>
        Assert.Contains(LayoutRules.Check(new ParallelLayout { Tensor = 4 }, Llama, Devices(8)), problem => problem.Rule == LayoutRule.WorldSize);

    [Fact]
    public void Context_ranks_divide_the_sequence() =>
        Assert.Equal(
            LayoutSeverity.Error,
            Single(new ParallelLayout { Context = 3 }, LayoutRule.ContextSequence, new BatchFacts { Sequence = 4096 }).Severity);

    [Fact]
    public void A_degree_below_one_is_reported_before_anything_else() =>
        Assert.Equal(LayoutRule.Range, Assert.Single(LayoutRules.Check(new ParallelLayout { Tensor = 0 }, Llama)).Rule);

    private static Cluster Devices(int count) => new() { Node = SampleNodes.H100, Devices = count };

    private static LayoutProblem Single(ParallelLayout layout, LayoutRule rule, BatchFacts? batch = null) =>
        Assert.Single(LayoutRules.Check(layout, Llama, null, batch), problem => problem.Rule == rule);
}
