using System.Collections.Immutable;
using LlmSim.Model.Architecture;
using LlmSim.Model.Hardware;
using LlmSim.Model.Units;

namespace LlmSim.Model.Operators;

/// <summary>Marks what is frozen in a forward graph and adds what comes with it: adapters beside matrices, and matrices expanded from 4 bits before their products.</summary>
public static class FrozenGraph
{
    /// <summary>Operations for each parameter that is expanded: a look-up, two scales.</summary>
    private const double DequantiseFlops = 3;

    /// <summary>The graph with all its weights frozen.</summary>
    public static OperatorGraph Of(OperatorGraph graph) => graph with { Operators = [.. graph.Operators.Select(static op => op with { Frozen = true })] };

    /// <summary>The graph of a layer with its weights frozen and adapters where they are asked for.</summary>
    public static OperatorGraph OfLayer(OperatorGraph graph, LayerSpec layer, double hidden, GraphOptions options)
    {
        ImmutableArray<AdapterSite> sites = options.Trained == LayerTraining.Adapters ? AdapterSite.Of(layer, hidden, options.Adapters!.Targets) : [];
        var operators = ImmutableArray.CreateBuilder<Operator>();
        foreach (Operator op in Of(graph).Operators)
        {
            if (options.Adapters is { Dequantises: true } && Weights(op, options) is var weights and > 0)
            {
                operators.Add(Dequantise(op.Name, weights, options));
            }

            operators.Add(op);
            foreach (AdapterSite site in sites.Where(site => op.Shape is GemmShape && GemmOf(site.Target, layer) == op.Name))
            {
                operators.AddRange(Adapter(op, site, options));
            }
        }

        return graph with { Operators = operators.ToImmutable() };
    }

    /// <summary>Parameters of the quantised matrices of an operator on one device; the router stays as it is.</summary>
    private static double Weights(Operator op, GraphOptions options) => op.Shape switch
    {
        GemmShape gemm when op.Kind == OperatorKind.Gemm => gemm.N * gemm.K,
        ExpertsShape => op.Reads.Where(static read => read.Tensor.StartsWith(GraphBuilder.WeightPrefix, StringComparison.Ordinal)).Sum(static read => read.Size.Value)
            / options.Weights.BytesPerElement(),
        _ => 0,
    };

    /// <summary>A kernel that expands a matrix to the precision of its product (Dettmers 2023, equation 6); the backward pass runs it again.</summary>
    private static Operator Dequantise(string name, double weights, GraphOptions options) => new()
    {
        Name = name + ", dequantise",
        Kind = OperatorKind.Dequantise,
        Reads = [new TensorAccess("nf4:" + name, new Bytes(LoraAdapters.Nf4Bytes * weights))],
        Writes = [new TensorAccess(GraphBuilder.WeightPrefix + name, options.Weights.Size() * weights)],
        Flops = new FlopCount(DequantiseFlops * weights),
        Format = NumberFormat.Fp32,
    };

    /// <summary>The two products of an adapter, and its result scaled and added to that of the matrix.</summary>
    private static ImmutableArray<Operator> Adapter(Operator matrix, AdapterSite site, GraphOptions options)
    {
        var shape = (GemmShape)matrix.Shape!;
        double rank = options.Adapters!.Rank;
        double tensor = options.Layout.Tensor;
        string name = $"lora-{site.Target.ToString().ToLowerInvariant()}";
        var products = new GraphBuilder(options);
        double outputs = site.SplitsInputs ? site.Outputs : site.Outputs / tensor;
        products.Gemm(name + "-a", matrix.Reads[0].Tensor, name + "-down", shape.M, rank, site.SplitsInputs ? site.Inputs / tensor : site.Inputs, quantised: false);
        products.Gemm(name + "-b", name + "-down", name + "-up", shape.M, outputs, rank, quantised: false);
        double elements = shape.M * outputs;
        products.Pointwise(
            name + "-add", OperatorKind.Elementwise, [(name + "-up", 2 * elements), (matrix.Writes[0].Tensor, elements)], [(matrix.Writes[0].Tensor, 2 * elements)], 1, launches: 2);
        return products.Build(name).Operators;
    }

    /// <summary>The product of the graph that a matrix takes part in.</summary>
    internal static string GemmOf(AdapterTargets target, LayerSpec layer) => target switch
    {
        AdapterTargets.Output => "attention-out",
        AdapterTargets.Down => "down",
        AdapterTargets.Gate => "gate-up",
        AdapterTargets.Up => layer.FeedForward is DenseFeedForward { Gated: true } ? "gate-up" : "up",
        _ => layer.Mixer is LatentAttentionSpec latent ? latent.QueryRank > 0 ? "query-up" : "latent-down" : "qkv",
    };
}
