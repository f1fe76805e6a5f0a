using System.Collections.Concurrent;
using LlmSim.Model.Calibration;
using LlmSim.Model.Catalog;
using LlmSim.Model.Collectives;
using LlmSim.Model.Cost;
using LlmSim.Model.Hardware;
using LlmSim.Model.Operators;
using LlmSim.Model.Parallelism;
using LlmSim.Model.Units;
using LlmSim.Validation.Measurements;

namespace LlmSim.Validation.Comparison;

/// <summary>Prices single kernels and exchanges by the cost model that every run uses.</summary>
public sealed class KernelPredictor(Efficiency? efficiency) : IPredictor
{
    private readonly ConcurrentDictionary<(Node Node, int Ranks, CollectiveBackend Backend), CostModel> _models = new();

    /// <summary>Whether each device's own efficiency is left out, so that those of its relatives price it.</summary>
    public bool LeaveOut { get; init; }

    /// <inheritdoc/>
    public bool Knows(MeasuredWork work) => work is KernelWork;

    /// <inheritdoc/>
    public Prediction Predict(MeasuredRow row)
    {
        var work = (KernelWork)row.Work!;
        var op = new Operator { Name = row.Table, Kind = KindOf(work.Shape), Shape = work.Shape };
        int ranks = work.Shape is CommunicationShape exchange ? exchange.Ranks : 1;
        CostModel model = _models.GetOrAdd((work.Node, ranks, work is { Eager: true, Backend: CollectiveBackend.Direct } ? CollectiveBackend.DirectEager : work.Backend), Model);
        Seconds time = model.Price(op).Total;
        ErrorBand band = model.Band(op);
        return new(time.Value, time.Value * band.Low, time.Value * band.High);
    }

    private static OperatorKind KindOf(OperatorShape shape) => shape switch
    {
        CommunicationShape => OperatorKind.Collective,
        GemmShape => OperatorKind.Gemm,
        ExpertsShape => OperatorKind.Experts,
        _ => OperatorKind.Attention,
    };

    private CostModel Model((Node Node, int Ranks, CollectiveBackend Backend) key) => new(
        key.Node,
        efficiency ?? EfficiencyCatalog.For(key.Node.Accelerator, LeaveOut),
        ParallelLayout.Single with { Tensor = key.Ranks },
        key.Backend);
}
