using System.Collections.Immutable;
using LlmSim.Model.Calibration;
using LlmSim.Model.Collectives;
using LlmSim.Model.Hardware;
using LlmSim.Model.Operators;
using LlmSim.Model.Parallelism;
using LlmSim.Model.Units;

namespace LlmSim.Model.Cost;

/// <summary>Prices operators on one device of a cluster. The closed form and every replay ask here, so that there is one formula for each thing.</summary>
public sealed class CostModel
{
    private readonly RankPlacement _placement;
    private readonly CollectiveBackend _backend;

    /// <summary>A model of one device.</summary>
    /// <param name="node">The node that holds it.</param>
    /// <param name="efficiency">What its kernels and links reach.</param>
    /// <param name="layout">How the work is spread, which decides over which links its groups talk.</param>
    /// <param name="backend">Who carries out all-reduces inside a node.</param>
    public CostModel(Node node, Efficiency efficiency, ParallelLayout layout, CollectiveBackend backend)
    {
        (Node, Efficiency, Layout, _backend) = (node, efficiency, layout, backend);
        _placement = new RankPlacement(layout, node.Devices);
    }

    /// <summary>The node of the device.</summary>
    public Node Node { get; }

    /// <summary>What its kernels and links reach.</summary>
    public Efficiency Efficiency { get; }

    /// <summary>How the work is spread over devices.</summary>
    public ParallelLayout Layout { get; }

    /// <summary>The device.</summary>
    public Accelerator Device => Node.Accelerator;

    /// <summary>The price of one operator.</summary>
    public OperatorCost Price(Operator op)
    {
        OperatorCost cost = Undrawn(op);
        return Efficiency.DrawSeed is { } seed ? cost * Residual.Factor(seed, op.Shape, Band(op, cost)) : cost;
    }

    /// <summary>The factors on the price of an operator between which nine of ten measurements are expected.</summary>
    public ErrorBand Band(Operator op) => Band(op, Undrawn(op));

    /// <summary>The price of a graph whose operators run one after another.</summary>
    public OperatorCost Price(OperatorGraph graph) => graph.Operators.Aggregate(default(OperatorCost), (sum, op) => sum + Price(op));

    /// <summary>The prices of a graph's operators, in order.</summary>
    public ImmutableArray<PricedOperator> PriceEach(OperatorGraph graph) => [.. graph.Operators.Select(op => new PricedOperator(op, Price(op)))];

    /// <summary>A message from one stage of a pipeline to the next.</summary>
    public CollectivePrice StageHop(Bytes message)
    {
        GroupPlacement hop = _placement.StageHopCrossesNodes() ? new GroupPlacement(2, 1, 2) : GroupPlacement.OneDomain(2);
        return CollectiveCost.Price(new Collective(CollectiveKind.SendReceive, message, hop), Node, Efficiency.Collectives, CollectiveBackend.Library);
    }

    /// <summary>An exchange between all ranks of a group.</summary>
    public CollectivePrice Exchange(CollectiveKind kind, GroupKind group, Bytes message) =>
        CollectiveCost.Price(new Collective(kind, message, _placement.Place(group)), Node, Efficiency.Collectives, CollectiveBackend.Library);

    private OperatorCost Undrawn(Operator op) => op.Shape switch
    {
        null => Stream(op),
        GemmShape gemm => WithExtraTraffic(op, GemmCost.Price(gemm, Device, Row(gemm).Constants)),
        DecodeAttentionShape decode => DecodeAttentionCost.Price(decode, Device, Row(decode).Constants),
        PrefillAttentionShape prefill when PrefillAttentionCost.AsDecoding(prefill) is { } single => DecodeAttentionCost.Price(single, Device, Row(single).Constants),
        PrefillAttentionShape prefill => PrefillAttentionCost.Price(prefill, Device, Row(prefill).Constants),
        LatentAttentionShape latent => Latent(latent),
        ExpertsShape experts => Experts(experts),
        CommunicationShape exchange => Exchange(exchange),
        _ => throw new ArgumentOutOfRangeException(nameof(op), op.Shape.GetType().Name, "An operator without price."),
    };

    private ErrorBand Band(Operator op, in OperatorCost cost)
    {
        ResidualSpread spread = op.Shape switch
        {
            GemmShape { ExpandsWeights: true } => ResidualSpread.NotValidated,
            GemmShape gemm => Row(gemm).Row.Spread,
            DecodeAttentionShape decode => Row(decode).Row.Spread,
            PrefillAttentionShape prefill when PrefillAttentionCost.AsDecoding(prefill) is { } single => Row(single).Row.Spread,
            PrefillAttentionShape prefill => Row(prefill).Row.Spread,
            LatentAttentionShape { IsAbsorbed: true } latent => Efficiency.LatentDecode.First(ConstantsKeys.Of(latent)).Row.Spread,
            LatentAttentionShape latent => Efficiency.LatentPrefill.First(ConstantsKeys.Of(latent)).Row.Spread,
            ExpertsShape experts => Row(experts).Row.Spread,
            CommunicationShape exchange => Efficiency.Collectives.SpreadOf(Collective(exchange), _backend),
            _ => Efficiency.Stream.Spread,
        };
        ErrorBand band = spread.At(cost.Total.Value);
        band = Efficiency.Widening > 1 ? band.Widened(Efficiency.Widening) : band;
        double drift = Efficiency.AcrossGenerations ? GenerationDrift.Of(op.Shape) : 1;
        return new(band.Low / drift, band.High * drift);
    }

    private KernelRow<GemmConstants> Row(GemmShape shape) => Efficiency.Gemm.First(ConstantsKeys.Of(shape));

    private KernelRow<DecodeAttentionConstants> Row(DecodeAttentionShape shape) => Efficiency.DecodeAttention.First(ConstantsKeys.Of(shape, Device));

    private KernelRow<PrefillAttentionConstants> Row(PrefillAttentionShape shape) => Efficiency.PrefillAttention.First(ConstantsKeys.Of(shape, Device));

    private KernelRow<ExpertsConstants> Row(ExpertsShape shape) => Efficiency.Experts.First(ConstantsKeys.Of(shape, Device));

    private OperatorCost Experts(ExpertsShape shape)
    {
        KernelRow<ExpertsConstants> row = Row(shape);
        return ExpertsCost.Price(shape, Device, row.Constants, ExpertsFamily.Of(row.Key, Device.Generation, shape.TunedTiles));
    }

    /// <summary>Latent attention in its form; a prompt in the cheaper one of those that engines run for chunks of its length.</summary>
    private OperatorCost Latent(LatentAttentionShape shape)
    {
        GemmConstants gemm = Efficiency.Gemm.First(ConstantsKeys.Projections(shape)).Constants;
        if (shape.IsAbsorbed)
        {
            return Absorbed();
        }

        LatentExpandedConstants constants = Efficiency.LatentPrefill.First(ConstantsKeys.Of(shape)).Constants;
        OperatorCost expanded = LatentAttentionCost.Expanded(shape, Device, constants, gemm);
        if (shape.Form == LatentForm.Expanded || !LatentAttentionCost.MayAbsorb(shape, constants))
        {
            return expanded;
        }

        OperatorCost absorbed = Absorbed();
        return absorbed.Total < expanded.Total ? absorbed : expanded;

        OperatorCost Absorbed() => LatentAttentionCost.Absorbed(shape, Device, Efficiency.LatentDecode.First(ConstantsKeys.Of(shape)).Constants, gemm);
    }

    /// <summary>Streams of tensors run at the device's memory bandwidth unless their arithmetic takes longer; each launch has a floor.</summary>
    private OperatorCost Stream(Operator op)
    {
        Seconds floor = Efficiency.Stream.Constants.Floor * op.Launches;
        Seconds memory = op.Traffic / (Device.MemoryBandwidth * Efficiency.Stream.Constants.MemoryShare);
        Seconds compute = op.Flops / Device.VectorPeak;
        return new(compute, memory, Seconds.Zero, floor, Seconds.Zero, floor + Seconds.Max(memory, compute));
    }

    /// <summary>A product that a fusion joined with streaming operators also moves their tensors; the gain is the missing launch and round trip.</summary>
    private OperatorCost WithExtraTraffic(Operator op, OperatorCost cost)
    {
        Seconds extra = (op.Traffic - new Bytes(GemmCost.Traffic((GemmShape)op.Shape!))) / (Device.MemoryBandwidth * Efficiency.Stream.Constants.MemoryShare);
        return extra > Seconds.Zero ? cost with { Memory = cost.Memory + extra, Total = cost.Total + extra } : cost;
    }

    private OperatorCost Exchange(CommunicationShape shape)
    {
        CollectivePrice price = CollectiveCost.Price(Collective(shape), Node, Efficiency.Collectives, _backend);
        return new(Seconds.Zero, Seconds.Zero, price.Total, Seconds.Zero, Seconds.Zero, price.Total);
    }

    private Collective Collective(CommunicationShape shape)
    {
        GroupPlacement group = _placement.Place(shape.Group);
        if (group.Size != shape.Ranks)
        {
            // Ranks that share their tokens do not exchange with one another: the group shrinks alike in every node.
            int ranksPerNode = Math.Max(1, group.RanksPerNode * shape.Ranks / Math.Max(1, group.Size));
            group = new GroupPlacement(shape.Ranks, Math.Min(shape.Ranks, ranksPerNode), group.Nodes);
        }

        return new Collective(shape.Kind, shape.Message, group, shape.Format);
    }
}

/// <summary>An operator and its price.</summary>
/// <param name="Operator">The operator.</param>
/// <param name="Cost">Its price.</param>
public readonly record struct PricedOperator(Operator Operator, OperatorCost Cost);
