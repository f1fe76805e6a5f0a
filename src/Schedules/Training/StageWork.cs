using System.Collections.Immutable;
using LlmSim.Model.Architecture;
using LlmSim.Model.Cost;
using LlmSim.Model.Operators;
using LlmSim.Model.Parallelism;
using LlmSim.Model.Units;

namespace LlmSim.Schedules.Training;

/// <summary>Prices the passes of a micro-batch: each kind of layer once, then chunks as sums of layers.</summary>
public sealed class StageWork
{
    private readonly TrainJob _job;
    private readonly CostModel _model;
    private readonly BatchShape _batch;

    /// <summary>Prepares the prices of a job.</summary>
    public StageWork(TrainJob job, CostModel model)
    {
        (_job, _model) = (job, model);
        _batch = BatchShape.Training(job.MicroBatch, job.SequenceLength, job.Architecture.Window);
    }

    /// <summary>The cost of each chunk in the order of the forward pass.</summary>
    public ImmutableArray<ChunkCost> Chunks()
    {
        StageLayers stages = _job.Stages;
        Dictionary<LayerSpec, ChunkCost> byLayer = [];
        var chunks = ImmutableArray.CreateBuilder<ChunkCost>(stages.ByChunk.Length);
        int layer = 0;
        foreach (int count in stages.ByChunk)
        {
            ChunkCost chunk = default;
            for (int i = 0; i < count; i++, layer++)
            {
                LayerSpec spec = _job.Architecture.Layers[layer];
                if (!byLayer.TryGetValue(spec, out ChunkCost cost))
                {
                    cost = OfLayer(spec);
                    byLayer.Add(spec, cost);
                }

                chunk += cost;
            }

            chunks.Add(chunk);
        }

        chunks[0] += OfEmbedding();
        chunks[^1] += OfHead();
        return chunks.MoveToImmutable();
    }

    /// <summary>The passes of one layer.</summary>
    public ChunkCost OfLayer(LayerSpec layer)
    {
        OperatorGraph forward = TransformerGraph.Layer(layer, _job.Architecture, _batch, _job.GraphOptions);
        var backward = BackwardGraph.Of(forward);
        OperatorGraph inputs = _job.Recompute switch
        {
            RecomputeMode.Full => new OperatorGraph(backward.Inputs.Name, forward.Operators).Then(backward.Inputs),
            RecomputeMode.Selective => new OperatorGraph(backward.Inputs.Name, AttentionCore(forward)).Then(backward.Inputs),
            _ => backward.Inputs,
        };
        return new(Price(forward, isBackward: false), Price(inputs, isBackward: true), Price(backward.Weights, isBackward: true));
    }

    /// <summary>The passes of the embedding: a look-up, and a scatter of its gradient.</summary>
    public ChunkCost OfEmbedding() => OfEnd(TransformerGraph.Embedding(_job.Architecture, _batch, _job.GraphOptions));

    /// <summary>The passes of the last norm, the LM head and the loss.</summary>
    public ChunkCost OfHead() => OfEnd(TransformerGraph.Head(_job.Architecture, _batch, _job.GraphOptions, training: true));

    /// <summary>The operators of a layer's passes with their prices, for explanations.</summary>
    public ImmutableArray<(string Pass, PricedOperator Operator)> Explain(LayerSpec layer)
    {
        OperatorGraph forward = TransformerGraph.Layer(layer, _job.Architecture, _batch, _job.GraphOptions);
        return Explain(forward, _job.Recompute switch
        {
            RecomputeMode.Full => forward.Operators,
            RecomputeMode.Selective => AttentionCore(forward),
            _ => [],
        });
    }

    /// <summary>The operators of the embedding's passes with their prices, for explanations.</summary>
    public ImmutableArray<(string Pass, PricedOperator Operator)> ExplainEmbedding() => Explain(TransformerGraph.Embedding(_job.Architecture, _batch, _job.GraphOptions), []);

    /// <summary>The operators of the head's passes with their prices, for explanations.</summary>
    public ImmutableArray<(string Pass, PricedOperator Operator)> ExplainHead() => Explain(TransformerGraph.Head(_job.Architecture, _batch, _job.GraphOptions, training: true), []);

    private ImmutableArray<(string Pass, PricedOperator Operator)> Explain(OperatorGraph forward, ImmutableArray<Operator> again)
    {
        var backward = BackwardGraph.Of(forward);
        (string, ImmutableArray<Operator>)[] passes =
            [("forward", forward.Operators), ("recomputed", again), ("input gradient", backward.Inputs.Operators), ("weight gradient", backward.Weights.Operators)];
        return [.. passes.SelectMany(pass => pass.Item2.Select(op => (pass.Item1, new PricedOperator(op, PriceOperator(op, pass.Item1 != "forward")))))];
    }

    private ChunkCost OfEnd(OperatorGraph forward)
    {
        var backward = BackwardGraph.Of(forward);
        return new(Price(forward, isBackward: false), Price(backward.Inputs, isBackward: true), Price(backward.Weights, isBackward: true));
    }

    /// <summary>What selective recomputation runs again: scores, softmax, dropout and weighted sum; nothing where they were never written.</summary>
    private static ImmutableArray<Operator> AttentionCore(OperatorGraph forward) =>
        [.. forward.Operators.Where(static op => op.Kind is OperatorKind.BatchedGemm or OperatorKind.Softmax || op.Name == "attention-dropout")];

    /// <summary>Kernels one after another, and what the host adds where it launches more slowly than the device runs.</summary>
    /// <remarks>t = max(device, n·τ) + λ·min(device, n·τ) for n launches (training cost model, section 3).</remarks>
    private PassCost Price(OperatorGraph graph, bool isBackward)
    {
        CostBreakdown device = default;
        foreach (Operator op in graph.Operators)
        {
            device += PriceOperator(op, isBackward).Attributed();
        }

        TrainingConstants constants = _job.Efficiency.Training.Constants;
        int launches = _job.Execution == ExecutionMode.CudaGraph ? Math.Min(1, graph.Launches) : graph.Launches;
        Seconds host = constants.LaunchTime * launches;
        Seconds whole = Seconds.Max(device.Total, host) + (Seconds.Min(device.Total, host) * constants.HostOverlapLoss);
        return new(device with { Host = device.Host + (whole - device.Total) });
    }

    private OperatorCost PriceOperator(Operator op, bool isBackward)
    {
        OperatorCost cost = _model.Price(op);
        TrainingConstants constants = _job.Efficiency.Training.Constants;
        return op.Shape switch
        {
            GemmShape or ExpertsShape => cost * constants.GemmFactor,
            CommunicationShape { Group: GroupKind.Tensor } when _job.TensorOverlap == TensorOverlap.Both || (isBackward && _job.TensorOverlap == TensorOverlap.Backward) =>
                cost * (1 - constants.TensorOverlap),
            CommunicationShape { Overlapped: true } => cost * (1 - constants.TensorOverlap),
            _ => cost,
        };
    }
}
