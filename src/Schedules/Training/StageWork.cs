using System.Collections.Immutable;
using LlmSim.Model.Architecture;
using LlmSim.Model.Cost;
using LlmSim.Model.Hardware;
using LlmSim.Model.Operators;
using LlmSim.Model.Parallelism;
using LlmSim.Model.Units;

namespace LlmSim.Schedules.Training;

/// <summary>Prices the passes of a micro-batch: each kind of layer once, then chunks as sums of layers.</summary>
public sealed class StageWork
{
    /// <summary>Alignment of operands below which a matrix library falls back to slower kernels (NVIDIA, Matrix Multiplication Background User's Guide, section 2.1).</summary>
    private const double AlignedBytes = 16;

    /// <summary>Keeps the order of the norm finite where host and device overlap perfectly.</summary>
    private const double LeastLoss = 0.005;

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
        Dictionary<TrainedLayer, ChunkCost> byLayer = [];
        var chunks = ImmutableArray.CreateBuilder<ChunkCost>(stages.ByChunk.Length);
        int layer = 0;
        foreach (int count in stages.ByChunk)
        {
            ChunkCost chunk = default;
            for (int i = 0; i < count; i++, layer++)
            {
                var spec = TrainedLayer.Of(_job, layer);
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
    public ChunkCost OfLayer(TrainedLayer layer)
    {
        LayerPasses passes = Passes(layer);
        return new(
            Price(PriceEach([.. WeightCasts(passes.Forward), .. passes.Forward.Operators], isBackward: false), Interpreters),
            Price([.. PriceEach(passes.Again, isBackward: false), .. PriceEach(passes.Inputs, isBackward: true)]),
            Price(PriceEach(passes.Weights, isBackward: true)));
    }

    /// <summary>The passes of one layer as stretches of work and exchanges.</summary>
    public LayerPieces Pieces(TrainedLayer layer)
    {
        LayerPasses passes = Passes(layer);
        return new(
            Pieces(PriceEach(passes.Forward.Operators, isBackward: false)),
            Pieces([.. PriceEach(passes.Again, isBackward: false), .. PriceEach(passes.Inputs, isBackward: true), .. PriceEach(passes.Weights, isBackward: true)]));
    }

    /// <summary>The operators of a layer's passes; no backward pass where gradients do not reach it.</summary>
    private LayerPasses Passes(TrainedLayer layer)
    {
        OperatorGraph forward = TransformerGraph.Layer(layer.Layer, _job.Architecture, _batch, _job.GraphOptions with { Trained = layer.Trained, Adapters = _job.Parts.Adapters });
        return layer.HasBackward ? LayerPasses.Of(forward, Again(forward)) : new(forward, [], [], []);
    }

    /// <summary>Neighbours of one kind joined.</summary>
    private static ImmutableArray<PassPiece> Pieces(ImmutableArray<PricedOperator> operators)
    {
        List<PassPiece> pieces = [];
        foreach (PricedOperator priced in operators)
        {
            bool isExchange = priced.Operator.Shape is CommunicationShape;
            if (pieces.Count > 0 && pieces[^1].IsExchange == isExchange)
            {
                pieces[^1] = pieces[^1] with { Time = pieces[^1].Time + priced.Cost.Total };
            }
            else
            {
                pieces.Add(new(isExchange, priced.Cost.Total));
            }
        }

        return [.. pieces];
    }

    /// <summary>The passes of the embedding: a look-up, and a scatter of its gradient where it is trained.</summary>
    public ChunkCost OfEmbedding() => OfEnd(EmbeddingPasses());

    /// <summary>The passes of the last norm, the LM head and the loss.</summary>
    public ChunkCost OfHead() => OfEnd(HeadPasses());

    /// <summary>The operators of a layer's passes with their prices, for explanations.</summary>
    public ImmutableArray<(string Pass, PricedOperator Operator)> Explain(TrainedLayer layer) => Explain(Passes(layer));

    /// <summary>The operators of the embedding's passes with their prices, for explanations.</summary>
    public ImmutableArray<(string Pass, PricedOperator Operator)> ExplainEmbedding() => Explain(EmbeddingPasses());

    /// <summary>The operators of the head's passes with their prices, for explanations.</summary>
    public ImmutableArray<(string Pass, PricedOperator Operator)> ExplainHead() => Explain(HeadPasses());

    private ImmutableArray<(string Pass, PricedOperator Operator)> Explain(LayerPasses passes)
    {
        (string Name, ImmutableArray<Operator> Operators, bool IsBackward)[] all =
        [
            ("forward", passes.Forward.Operators, false), ("recomputed", passes.Again, false), ("input gradient", passes.Inputs, true), ("weight gradient", passes.Weights, true),
        ];
        return [.. all.SelectMany(pass => PriceEach(pass.Operators, pass.IsBackward).Select(op => (pass.Name, op)))];
    }

    private LayerPasses EmbeddingPasses()
    {
        OperatorGraph forward = TransformerGraph.Embedding(_job.Architecture, _batch, _job.GraphOptions);
        return _job.Parts.TrainsEmbedding ? LayerPasses.Of(forward, []) : new(forward, [], [], []);
    }

    private LayerPasses HeadPasses()
    {
        OperatorGraph forward = TransformerGraph.Head(_job.Architecture, _batch, _job.GraphOptions, training: true);
        return LayerPasses.Of(_job.Parts.TrainsHead(_job.Architecture) ? forward : FrozenGraph.Of(forward), []);
    }

    private ChunkCost OfEnd(LayerPasses passes) => new(
        Price(PriceEach(passes.Forward.Operators, isBackward: false), Interpreters),
        Price(PriceEach(passes.Inputs, isBackward: true)),
        Price(PriceEach(passes.Weights, isBackward: true)));

    /// <summary>Weights cast to an 8-bit format, in both orders that its products want: their maximum is read, then they are read again and written twice.</summary>
    /// <remarks>Once a step; with full sharding, which gathers 16-bit weights anew, in each micro-batch.</remarks>
    private IEnumerable<Operator> WeightCasts(OperatorGraph forward)
    {
        if (_job.Precision is not (NumberFormat.Fp8 or NumberFormat.Fp8Block))
        {
            yield break;
        }

        foreach (Operator op in forward.Operators.Where(op => op.Shape is GemmShape { Weights: var format } && format == _job.Precision))
        {
            double weights = ((GemmShape)op.Shape!).N * ((GemmShape)op.Shape).K / (_job.Layout.ZeroStage == 3 ? 1 : _job.MicroBatches);
            yield return new Operator
            {
                Name = op.Name + ", weight cast",
                Kind = OperatorKind.Elementwise,
                Reads = [new TensorAccess("master:" + op.Name, new Bytes(4 * weights))],
                Writes = [new TensorAccess("cast:" + op.Name, new Bytes(2 * weights))],
                Flops = new FlopCount(2 * weights),
                Format = NumberFormat.Fp32,
            };
        }
    }

    /// <summary>What the backward pass computes again. Its tensor-parallel exchanges are waited for, as in the forward pass.</summary>
    private ImmutableArray<Operator> Again(OperatorGraph forward) => _job.Recompute switch
    {
        RecomputeMode.Full => forward.Operators,
        RecomputeMode.Selective => [.. _job.SelectiveProducts ? EverySecondProduct(forward) : AttentionCore(forward), .. OperatorsAgain.Of(forward, _job.RecomputedOperators)],
        _ => OperatorsAgain.Of(forward, _job.RecomputedOperators),
    };

    /// <summary>Selective recomputation by operator: every second product, and whatever only streams; attention and exchanges are kept (torchtitan, arXiv 2410.06511, section 2.2).</summary>
    private static ImmutableArray<Operator> EverySecondProduct(OperatorGraph forward)
    {
        int products = 0;
        return [.. forward.Operators.Where(op => op.Shape is null || (op.Shape is GemmShape && ++products % 2 == 0))];
    }

    /// <summary>What selective recomputation runs again: scores, softmax, dropout and weighted sum; nothing where they were never written.</summary>
    private static ImmutableArray<Operator> AttentionCore(OperatorGraph forward) =>
        [.. forward.Operators.Where(static op => op.Kind is OperatorKind.BatchedGemm or OperatorKind.Softmax || op.Name == "attention-dropout")];

    /// <summary>Kernels one after another, and what the host adds where it launches more slowly than the device runs.</summary>
    /// <remarks>
    /// t = pnorm_o(device, n·τ) + c·j·log2(t) for n launches, where o is such that equal times of host and device take (1 + λ) times as long, and for c exchanges between t tensor-parallel ranks, each of which waits for the rank
    /// whose host is late. The slowest of t equal random delays grows about as the logarithm of t (order statistics of light-tailed delays).
    /// </remarks>
    private PassCost Price(ImmutableArray<PricedOperator> operators, int interpreters = 1)
    {
        CostBreakdown device = default;
        int launches = 0;
        int exchanges = 0;
        foreach (PricedOperator priced in operators)
        {
            device += priced.Cost.Attributed();
            launches += priced.Operator.Launches;
            exchanges += priced.Operator.Shape is CommunicationShape { Group: GroupKind.Tensor } ? 1 : 0;
        }

        TrainingConstants constants = _job.Efficiency.Training.Constants;
        bool isCaptured = _job.Execution == ExecutionMode.CudaGraph;
        Seconds host = constants.LaunchTime * (isCaptured ? Math.Min(1, launches) : launches) * interpreters;
        Seconds skew = constants.RankSkew * (isCaptured ? 0 : exchanges * Math.Log2(_job.Layout.Tensor));
        double order = Math.Log(2) / Math.Log(1 + Math.Max(constants.HostOverlapLoss, LeastLoss));
        Seconds whole = new Seconds(SmoothMaximum.Of(device.Total.Value, host.Value, order)) + skew;
        return new(device with { Host = device.Host + (whole - device.Total) });
    }

    /// <summary>Threads that take turns at launching the forward pass: those of all devices where one process drives them.</summary>
    private int Interpreters => _job.DataKind == DataKind.SingleProcess ? _job.Layout.Data : 1;

    private ImmutableArray<PricedOperator> PriceEach(ImmutableArray<Operator> operators, bool isBackward)
    {
        ImmutableArray<PricedOperator> priced = [.. operators.Select(op => new PricedOperator(op, PriceOperator(op, isBackward)))];
        if (_job.Layout.Context == 1)
        {
            return priced;
        }

        Seconds attention = priced.Where(static p => p.Operator.Kind == OperatorKind.Attention).Aggregate(Seconds.Zero, static (sum, p) => sum + p.Cost.Total);
        return [.. priced.Select(p => p.Operator.Shape is CommunicationShape { Overlapped: true } ? p with { Cost = Ring(p.Cost, attention, isBackward) } : p)];
    }

    /// <summary>What shows of keys and values that travel around a ring of c ranks while each works on those it has.</summary>
    /// <remarks>
    /// c - 1 of c equal blocks of attention hide a message each: max(0, ring - attention (c - 1)/c) shows. Backward, gradients of keys and values travel beside
    /// them: twice the bytes (Liu 2023, arXiv 2310.01889, section 3; causal blocks are balanced by pairing early and late parts of the sequence).
    /// </remarks>
    private OperatorCost Ring(in OperatorCost ring, Seconds attention, bool isBackward)
    {
        OperatorCost whole = ring * (isBackward ? 2 : 1);
        Seconds shown = Seconds.Max(Seconds.Zero, whole.Total - (attention * (1 - (1d / _job.Layout.Context))));
        return whole.Total > Seconds.Zero ? whole * (shown / whole.Total) : whole;
    }

    private OperatorCost PriceOperator(Operator op, bool isBackward)
    {
        TrainingConstants constants = _job.Efficiency.Training.Constants;
        if (op.Shape is ExpertsShape experts)
        {
            return GroupedExperts.Price(op, experts, _model, constants.GemmFactor);
        }

        OperatorCost cost = _model.Price(op);
        return op.Shape switch
        {
            GemmShape when op.Kind == OperatorKind.LmHead && !IsVocabularyAligned() => cost * (constants.GemmFactor * constants.UnalignedFactor),
            GemmShape => cost * constants.GemmFactor,
            PrefillAttentionShape => cost * constants.AttentionFactor,
            CommunicationShape { Group: GroupKind.Tensor } when _job.TensorOverlap == TensorOverlap.Both || (isBackward && _job.TensorOverlap == TensorOverlap.Backward) =>
                cost * (1 - constants.TensorOverlap),
            CommunicationShape { Group: GroupKind.Expert } when _job.OverlapExperts => cost * (1 - constants.TensorOverlap),
            _ => cost,
        };
    }

    /// <summary>Whether rows of the logits start at multiples of 16 bytes, as the fast kernels of matrix libraries load them; frameworks pad the vocabulary for it.</summary>
    private bool IsVocabularyAligned() =>
        _job.PaddedVocabulary || Math.Floor((double)_job.Architecture.VocabularySize / _job.Layout.Tensor) * _job.GraphOptions.StreamBytes % AlignedBytes == 0;
}
