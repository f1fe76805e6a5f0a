using System.Collections.Immutable;
using LlmSim.Model.Architecture;
using LlmSim.Model.Collectives;
using LlmSim.Model.Cost;
using LlmSim.Model.Hardware;
using LlmSim.Model.Operators;
using LlmSim.Schedules.Serving;
using LlmSim.Schedules.Training;

namespace LlmSim.Cli.Output;

/// <summary>An operator of an answer: in which part of the model and which pass it runs, and how often.</summary>
/// <param name="Part">Part of the model, such as <c>layer</c>.</param>
/// <param name="Pass">Pass, such as <c>forward</c>.</param>
/// <param name="Priced">The operator and its price for one layer.</param>
/// <param name="Times">How many layers run it.</param>
internal readonly record struct OperatorRow(string Part, string Pass, PricedOperator Priced, int Times);

/// <summary>The priced operators of one pass through one part of a model.</summary>
/// <param name="Part">Part of the model.</param>
/// <param name="Pass">Pass.</param>
/// <param name="Times">How many layers run them.</param>
/// <param name="Operators">The operators in order.</param>
internal sealed record OperatorGroup(string Part, string Pass, int Times, ImmutableArray<PricedOperator> Operators)
{
    /// <summary>The price of all operators for one layer.</summary>
    public OperatorCost Cost => Operators.Aggregate(default(OperatorCost), static (sum, op) => sum + op.Cost);
}

/// <summary>The operators of which a job's price is the sum.</summary>
/// <param name="Device">The device on which they run.</param>
/// <param name="Shape">What passes through them, in words.</param>
/// <param name="Groups">The operators by part and pass.</param>
internal sealed record OperatorRows(Accelerator Device, string Shape, ImmutableArray<OperatorGroup> Groups)
{
    /// <summary>A micro-batch of a training step.</summary>
    public static OperatorRows Of(TrainJob job)
    {
        var work = new StageWork(job, new CostModel(job.Cluster.Node, job.Efficiency, job.Layout, CollectiveBackend.Library));
        ImmutableArray<(TrainedLayer Layer, int Count)> layers = TrainedLayer.Distinct(job);
        IEnumerable<OperatorRow> rows =
        [
            .. Rows("embedding", 1, work.ExplainEmbedding()),
            .. layers.SelectMany((layer, i) => Rows(NameOf(i, layers.Length), layer.Count, work.Explain(layer.Layer))),
            .. Rows("head", 1, work.ExplainHead()),
        ];
        string batch = Words.Invariant($"one micro-batch: {job.MicroBatch} sequences of {job.SequenceLength} tokens, ");
        return new(job.Cluster.Accelerator, batch + Words.OnOneOf(job.Layout.WorldSize), Grouped(rows));
    }

    /// <summary>An iteration of a server.</summary>
    public static OperatorRows Of(ServeJob job, in StepBatch batch, string pass, string shape)
    {
        IEnumerable<OperatorRow> rows = job.StepPrice().Operators(batch).Select(row => new OperatorRow(row.Part, pass, row.Operator, row.Times));
        return new(job.Node.Accelerator, shape, Grouped(rows));
    }

    private static string NameOf(int kind, int kinds) => kinds == 1 ? "layer" : Words.Invariant($"layer kind {kind + 1}");

    private static IEnumerable<OperatorRow> Rows(string part, int times, IEnumerable<(string Pass, PricedOperator Operator)> operators) =>
        operators.Select(op => new OperatorRow(part, op.Pass, op.Operator, times));

    private static ImmutableArray<OperatorGroup> Grouped(IEnumerable<OperatorRow> rows) =>
    [
        .. rows.GroupBy(static row => (row.Part, row.Pass, row.Times))
            .Select(static g => new OperatorGroup(g.Key.Part, g.Key.Pass, g.Key.Times, [.. g.Select(static row => row.Priced)])),
    ];
}
