using System.Collections.Immutable;
using LlmSim.Model.Architecture;

namespace LlmSim.Model.Operators;

/// <summary>Replaces products with factored matrices by two products each.</summary>
internal static class LowRankGraph
{
    /// <summary>The graph of a layer with its factored matrices; the rest of a product that several matrices share stays as it is.</summary>
    public static OperatorGraph Of(OperatorGraph graph, LayerSpec layer, double hidden, GraphOptions options)
    {
        if (layer.LowRank is not { } factors)
        {
            return graph;
        }

        ImmutableArray<AdapterSite> sites = LowRankFactors.Of(layer, hidden);
        var operators = ImmutableArray.CreateBuilder<Operator>();
        foreach (Operator op in graph.Operators)
        {
            AdapterSite[] here = [.. sites.Where(site => op.Shape is GemmShape && FrozenGraph.GemmOf(site.Target, layer) == op.Name)];
            if (here.Length == 0)
            {
                operators.Add(op);
            }
            else
            {
                operators.AddRange(Factored(op, here, factors.Rank, options));
            }
        }

        return graph with { Operators = operators.ToImmutable() };
    }

    private static ImmutableArray<Operator> Factored(Operator op, AdapterSite[] sites, int rank, GraphOptions options)
    {
        var shape = (GemmShape)op.Shape!;
        string input = op.Reads[0].Tensor;
        string output = op.Writes[0].Tensor;
        var products = new GraphBuilder(options);
        double rest = shape.N - sites.Sum(Outputs);
        if (rest >= 1)
        {
            products.Gemm(op.Name, input, output, shape.M, rest, shape.K);
        }

        foreach (AdapterSite site in sites)
        {
            string name = $"{op.Name}-{site.Target.ToString().ToLowerInvariant()}";
            products.Gemm(name + "-v", input, name + "-factor", shape.M, rank, shape.K);
            products.Gemm(name + "-u", name + "-factor", output, shape.M, Outputs(site), rank);
        }

        return products.Build(op.Name).Operators;

        double Outputs(AdapterSite site) => site.SplitsInputs ? site.Outputs : site.Outputs / options.Layout.Tensor;
    }
}
