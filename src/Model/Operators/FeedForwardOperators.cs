using LlmSim.Model.Architecture;
using LlmSim.Model.Collectives;
using LlmSim.Model.Hardware;
using LlmSim.Model.Parallelism;
using LlmSim.Model.Units;

namespace LlmSim.Model.Operators;

/// <summary>Operators of the part of a layer that transforms each token by itself, on one device.</summary>
internal static class FeedForwardOperators
{
    /// <summary>Appends the part between the tensor <c>normed-2</c> and the tensor <c>transformed</c>.</summary>
    internal static void Append(GraphBuilder graph, FeedForwardSpec spec, int hidden, double tokens, GraphOptions options)
    {
        switch (spec)
        {
            case DenseFeedForward dense:
                Dense(graph, string.Empty, dense.IntermediateSize, dense.Gated, hidden, tokens, options, "normed-2", "transformed");
                break;
            case MoeFeedForward moe:
                Moe(graph, moe, hidden, tokens, options);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(spec), spec.GetType().Name, "A feed-forward part without operators.");
        }
    }

    private static void Dense(
        GraphBuilder graph, string prefix, int intermediate, bool gated, int hidden, double tokens, GraphOptions options, string input, string output)
    {
        double inner = (double)intermediate / options.Layout.Tensor;
        double width = gated ? 2 * inner : inner;
        graph.Gemm(prefix + (gated ? "gate-up" : "up"), input, prefix + "inner", tokens, width, hidden);
        graph.Pointwise(prefix + "activation", OperatorKind.Elementwise, [(prefix + "inner", tokens * width)], [(prefix + "activated", tokens * inner)], 8);
        graph.Gemm(prefix + "down", prefix + "activated", output, tokens, hidden, inner);
    }

    private static void Moe(GraphBuilder graph, MoeFeedForward spec, int hidden, double tokens, GraphOptions options)
    {
        ExpertPlacement placement = ExpertPlacement.Of(options.Layout);
        graph.Gemm("router", "normed-2", "router-logits", tokens, spec.Experts, hidden, OperatorKind.Router, quantised: false);
        double rows = options.ExpertTraffic?.RowFactor(spec, tokens, placement.TokenGroups, placement.ExpertShards) ?? 1;
        double exchanged = tokens * hidden * placement.RemoteDestinations(spec.TopK) / placement.TokensShared * rows;
        graph.Communicate("dispatch", CollectiveKind.AllToAll, GroupKind.Expert, placement.TokenGroups, "normed-2", "dispatched", exchanged);
        AddExperts(graph, spec, hidden, tokens * placement.TokenGroups, rows, placement, options);
        graph.Communicate("combine", CollectiveKind.AllToAll, GroupKind.Expert, placement.TokenGroups, "expert-sums", "combined", exchanged);
        if (spec.SharedIntermediateSize > 0)
        {
            Dense(graph, "shared-", spec.SharedIntermediateSize, spec.Gated, hidden, tokens, options, "normed-2", "shared-out");
            graph.Pointwise("add-shared", OperatorKind.Elementwise, [("expert-sums", tokens * hidden), ("shared-out", tokens * hidden)], [("transformed", tokens * hidden)]);
        }
    }

    private static void AddExperts(GraphBuilder graph, MoeFeedForward spec, int hidden, double tokens, double rows, ExpertPlacement placement, GraphOptions options)
    {
        double width = (double)spec.ExpertIntermediateSize / placement.TensorShards;
        int matrices = spec.Gated ? 3 : 2;
        double localExperts = (double)spec.Experts / placement.ExpertShards;
        double touched = localExperts * (1 - Math.Pow(1 - ((double)spec.TopK / spec.Experts), tokens));
        double pairs = tokens * spec.TopK / placement.ExpertShards;
        double ownTokens = tokens / placement.TokenGroups;
        graph.Add(new Operator
        {
            Name = "experts",
            Kind = OperatorKind.Experts,
            Reads =
            [
                new TensorAccess("normed-2", new Bytes(options.StreamBytes * ownTokens * hidden)),
                new TensorAccess(GraphBuilder.WeightPrefix + "experts", options.Weights.Size() * (touched * matrices * hidden * width)),
            ],
            Writes = [new TensorAccess(spec.SharedIntermediateSize > 0 ? "expert-sums" : "transformed", new Bytes(options.StreamBytes * ownTokens * hidden))],
            Flops = new FlopCount(2 * pairs * matrices * hidden * width),
            Format = options.Activations,
            Launches = 5,
            Shape = new ExpertsShape(
                spec, hidden, tokens, placement.TensorShards, placement.ExpertShards, options.Activations, options.Weights,
                Routing: options.Routing, Kernel: options.ExpertsKernel, TunedTiles: true, RowFactor: rows),
        });
    }
}
