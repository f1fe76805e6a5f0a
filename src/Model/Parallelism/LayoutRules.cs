using System.Collections.Immutable;
using System.Globalization;
using LlmSim.Model.Architecture;
using LlmSim.Model.Hardware;

namespace LlmSim.Model.Parallelism;

/// <summary>Says what is illegal, unwise or noteworthy about a layout, all at once.</summary>
public static class LayoutRules
{
    /// <summary>A hundred times the largest clusters; products of degrees below it fit their type.</summary>
    private const double MostDevices = 10_000_000;

    /// <summary>Every problem of a layout for a model, on a cluster if one is given; an empty list where there is nothing to say.</summary>
    public static ImmutableArray<LayoutProblem> Check(
        ParallelLayout layout, TransformerArchitecture architecture, Cluster? cluster = null, BatchFacts? batch = null)
    {
        var found = ImmutableArray.CreateBuilder<LayoutProblem>();
        CheckRange(layout, found);
        if (found.Count > 0)
        {
            return found.ToImmutable();
        }

        TensorRules.Check(layout, architecture, cluster, found);
        UlyssesRules.Check(layout, architecture, found);
        CheckPipeline(layout, architecture, found);
        CheckExperts(layout, architecture, found);
        CheckSequence(layout, batch, found);
        CheckZero(layout, batch, found);
        CheckBatch(layout, batch, found);
        CheckWorld(layout, cluster, found);
        return found.ToImmutable();
    }

    /// <summary>Whether no rule calls the layout illegal.</summary>
    public static bool IsLegal(ImmutableArray<LayoutProblem> problems) => problems.All(static problem => problem.Severity != LayoutSeverity.Error);

    /// <summary>The divisors of a number that are at most <paramref name="limit"/>, as text.</summary>
    internal static string Divisors(long number, int limit = 1024) =>
        string.Join(", ", Enumerable.Range(1, (int)Math.Min(number, limit)).Where(d => number % d == 0).Select(Text));

    internal static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static void CheckRange(ParallelLayout layout, ImmutableArray<LayoutProblem>.Builder found)
    {
        (string Field, int Value)[] degrees =
        [
            (nameof(layout.Tensor), layout.Tensor), (nameof(layout.Pipeline), layout.Pipeline), (nameof(layout.VirtualStages), layout.VirtualStages),
            (nameof(layout.Data), layout.Data), (nameof(layout.Context), layout.Context), (nameof(layout.Expert), layout.Expert),
        ];
        foreach ((string field, int value) in degrees.Where(static degree => degree.Value < 1))
        {
            found.Add(Error(LayoutRule.Range, field, $"{field} is {Text(value)}; a degree is at least 1"));
        }

        double devices = (double)layout.Tensor * layout.Pipeline * layout.Data * layout.Context;
        double shards = (double)layout.Tensor * layout.Expert;
        if (devices > MostDevices || shards > MostDevices)
        {
            found.Add(Error(
                LayoutRule.Range,
                nameof(layout.WorldSize),
                FormattableString.Invariant($"{Math.Max(devices, shards):0} devices; legal: up to {MostDevices:0}")));
        }

        if (layout.ZeroStage is < 0 or > 3)
        {
            found.Add(Error(LayoutRule.Range, nameof(layout.ZeroStage), $"ZeRO stage {Text(layout.ZeroStage)} does not exist; legal: 0, 1, 2, 3"));
        }
    }

    private static void CheckPipeline(ParallelLayout layout, TransformerArchitecture architecture, ImmutableArray<LayoutProblem>.Builder found)
    {
        int layers = architecture.Layers.Length;
        long chunks = (long)layout.Pipeline * layout.VirtualStages;
        if (chunks > layers)
        {
            found.Add(Error(
                LayoutRule.PipelineLayers,
                nameof(layout.Pipeline),
                $"{Text(layout.Pipeline)} stages x {Text(layout.VirtualStages)} chunks need {chunks} "
                + $"layers, the model has {Text(layers)}; legal: products up to {Text(layers)}"));
        }
        else if (layers % chunks != 0)
        {
            StageLayers split = StageLayers.Of(layers, layout);
            found.Add(Note(
                LayoutRule.PipelineLayers,
                nameof(layout.Pipeline),
                $"{Text(layers)} layers do not divide into {chunks} chunks (Megatron needs that); the earliest hold "
                + $"one more: {Text(split.ByChunk[0])} against {Text(split.ByChunk[^1])} layers; even: {Divisors(layers)}"));
        }

        if (layout.VirtualStages > 1 && layout.Pipeline < 2)
        {
            found.Add(Error(
                LayoutRule.Interleaving,
                nameof(layout.VirtualStages),
                $"{Text(layout.VirtualStages)} interleaved chunks need at least 2 pipeline "
                + $"stages, there is {Text(layout.Pipeline)}; legal: 1, or a pipeline"));
        }
    }

    private static void CheckExperts(ParallelLayout layout, TransformerArchitecture architecture, ImmutableArray<LayoutProblem>.Builder found)
    {
        if (layout.Expert == 1)
        {
            return;
        }

        IEnumerable<MoeFeedForward> sparse = architecture.Layers.Select(static layer => layer.FeedForward).OfType<MoeFeedForward>();
        int[] experts = [.. sparse.Select(static moe => moe.Experts).Distinct()];
        if (experts.Length == 0)
        {
            found.Add(Error(
                LayoutRule.ExpertCount,
                nameof(layout.Expert),
                $"expert degree {Text(layout.Expert)} on a dense model, which has no experts to spread; legal: 1"));
        }

        foreach (int count in experts.Where(count => count % layout.Expert != 0))
        {
            found.Add(Error(
                LayoutRule.ExpertCount,
                nameof(layout.Expert),
                $"expert degree {Text(layout.Expert)} does not divide {Text(count)} "
                + $"experts, so ranks would hold different numbers; legal: {Divisors(count)}"));
        }

        int ranks = layout.Tensor * layout.Context * layout.Data;
        int needed = layout.Expert * ExpertSplit.TensorDegree(layout);
        if (ranks % needed != 0)
        {
            found.Add(Error(
                LayoutRule.ExpertGroup,
                nameof(layout.Expert),
                $"expert degree {Text(layout.Expert)} does not divide the {Text(ranks)} ranks (tensor "
                + $"x context x data) of a stage over which experts are spread; legal: {Divisors(ranks)}"));
        }
    }

    private static void CheckSequence(ParallelLayout layout, BatchFacts? batch, ImmutableArray<LayoutProblem>.Builder found)
    {
        if (layout.SequenceParallel && layout.Tensor == 1)
        {
            found.Add(Note(
                LayoutRule.SequenceParallel,
                nameof(layout.SequenceParallel),
                "sequence parallelism does nothing without tensor parallelism; it splits what a tensor degree above 1 leaves whole"));
        }

        int sequence = batch?.Sequence ?? 0;
        if (sequence > 0 && sequence % layout.Context != 0)
        {
            found.Add(Error(
                LayoutRule.ContextSequence,
                nameof(layout.Context),
                $"context degree {Text(layout.Context)} does not divide the sequence of {Text(sequence)} tokens; legal: {Divisors(sequence, 64)}"));
        }
        else if (sequence > 0 && layout.SequenceParallel && sequence / layout.Context % layout.Tensor != 0)
        {
            found.Add(Error(
                LayoutRule.SequenceParallel,
                nameof(layout.SequenceParallel),
                $"sequence parallelism over {Text(layout.Tensor)} tensor ranks does not divide "
                + $"{Text(sequence / layout.Context)} tokens; legal degrees: {Divisors(sequence / layout.Context, 64)}"));
        }
    }

    private static void CheckZero(ParallelLayout layout, BatchFacts? batch, ImmutableArray<LayoutProblem>.Builder found)
    {
        CheckShards(layout, found);
        if (layout.ZeroStage == 0)
        {
            return;
        }

        if (layout.Data * layout.Context == 1)
        {
            found.Add(Note(
                LayoutRule.Zero,
                nameof(layout.ZeroStage),
                $"ZeRO stage {Text(layout.ZeroStage)} saves nothing on one data-parallel rank"));
        }

        if (batch is { Training: false } && layout.ZeroStage < 3)
        {
            found.Add(Note(
                LayoutRule.Zero,
                nameof(layout.ZeroStage),
                $"ZeRO stage {Text(layout.ZeroStage)} does nothing while serving: there are no gradients and no optimizer"));
        }

        if (layout.ZeroStage == 3 && layout.Pipeline > 1)
        {
            found.Add(Note(
                LayoutRule.Zero,
                nameof(layout.ZeroStage),
                "ZeRO stage 3 with a pipeline gathers the weights of a stage again for every micro-batch; stage 1 is usual there"));
        }
    }

    private static void CheckShards(ParallelLayout layout, ImmutableArray<LayoutProblem>.Builder found)
    {
        int ranks = layout.Data * layout.Context;
        if (layout.ShardRanks > 0 && (layout.ZeroStage == 0 || ranks % layout.ShardRanks != 0))
        {
            found.Add(Error(LayoutRule.Zero, nameof(layout.ShardRanks), layout.ZeroStage == 0
                ? $"state is to be shared out among {Text(layout.ShardRanks)} ranks, but ZeRO stage 0 shares out nothing; legal stages: 1, 2, 3"
                : $"{Text(layout.ShardRanks)} ranks that share out state do not divide {Text(ranks)} data- and context-parallel ranks; legal: {Divisors(ranks, ranks)}"));
        }
    }

    private static void CheckBatch(ParallelLayout layout, BatchFacts? batch, ImmutableArray<LayoutProblem>.Builder found)
    {
        if (batch is not { GlobalBatch: > 0, MicroBatch: > 0 })
        {
            return;
        }

        long perRound = (long)batch.MicroBatch * layout.Data;
        if (batch.GlobalBatch % perRound != 0)
        {
            found.Add(Error(
                LayoutRule.GlobalBatch,
                nameof(batch.GlobalBatch),
                $"global batch {Text(batch.GlobalBatch)} is not a multiple of micro-batch "
                + $"{Text(batch.MicroBatch)} x data {Text(layout.Data)}; legal: multiples of {perRound}"));
            return;
        }

        long microBatches = batch.GlobalBatch / perRound;
        if (layout.VirtualStages > 1 && layout.Pipeline > 1 && microBatches % layout.Pipeline != 0)
        {
            found.Add(Error(
                LayoutRule.Interleaving,
                nameof(layout.VirtualStages),
                $"interleaving runs micro-batches in rounds of {Text(layout.Pipeline)} (the stages), "
                + $"there are {microBatches}; legal: multiples of {Text(layout.Pipeline)}, or 1 chunk"));
        }
    }

    private static void CheckWorld(ParallelLayout layout, Cluster? cluster, ImmutableArray<LayoutProblem>.Builder found)
    {
        if (cluster is not null && layout.WorldSize != cluster.Devices)
        {
            found.Add(Error(
                LayoutRule.WorldSize,
                nameof(layout.WorldSize),
                $"tensor {Text(layout.Tensor)} x context {Text(layout.Context)} x data {Text(layout.Data)} x pipeline {Text(layout.Pipeline)} "
                + $"= {Text(layout.WorldSize)} devices, the cluster has {Text(cluster.Devices)}; legal: {Text(cluster.Devices)}"));
        }
    }

    private static LayoutProblem Error(LayoutRule rule, string field, string message) => new(rule, LayoutSeverity.Error, field, message);

    private static LayoutProblem Note(LayoutRule rule, string field, string message) => new(rule, LayoutSeverity.Note, field, message);
}
