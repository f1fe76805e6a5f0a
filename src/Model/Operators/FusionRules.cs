using System.Collections.Immutable;

namespace LlmSim.Model.Operators;

/// <summary>Whether a producer and a consumer, joined by a tensor, may become one kernel.</summary>
/// <param name="graph">The graph that holds both.</param>
/// <param name="producer">The earlier operator.</param>
/// <param name="consumer">The later operator, which reads something that the producer writes.</param>
public delegate bool FusionRule(OperatorGraph graph, Operator producer, Operator consumer);

/// <summary>The rewrites that compilers and serving engines apply.</summary>
public static class FusionRules
{
    /// <summary>Element-by-element operators after one another, where nobody else needs what lies between.</summary>
    public static FusionRule PointwiseChain { get; } = static (graph, producer, consumer) =>
        producer.Kind == OperatorKind.Elementwise && consumer.Kind == OperatorKind.Elementwise && OnlyReader(graph, producer, consumer);

    /// <summary>A residual sum and the norm that follows: the sum is still written, but not read again.</summary>
    public static FusionRule NormAndResidual { get; } = static (_, producer, consumer) =>
        producer.Kind == OperatorKind.Elementwise && consumer.Kind == OperatorKind.Norm;

    /// <summary>An element-by-element operator on the result of a matrix product, done before the result leaves the chip.</summary>
    public static FusionRule GemmEpilogue { get; } = static (graph, producer, consumer) =>
        producer.Shape is GemmShape && consumer.Kind == OperatorKind.Elementwise && OnlyReader(graph, producer, consumer);

    /// <summary>Scores, softmax, dropout and weighted sum as one kernel that never writes the scores (Dao 2022, arXiv 2205.14135).</summary>
    public static FusionRule FlashAttention { get; } = static (graph, producer, consumer) =>
        (producer.Kind, consumer.Kind) is (OperatorKind.BatchedGemm, OperatorKind.Softmax) or (OperatorKind.BatchedGemm, OperatorKind.BatchedGemm)
            or (OperatorKind.Softmax, OperatorKind.Elementwise) or (OperatorKind.BatchedGemm, OperatorKind.Elementwise)
        && OnlyReader(graph, producer, consumer);

    /// <summary>What serving engines and compilers do without special kernels: chains and norms with their residual sum.</summary>
    public static ImmutableArray<FusionRule> Inference { get; } = [PointwiseChain, NormAndResidual];

    /// <summary>Everything.</summary>
    public static ImmutableArray<FusionRule> All { get; } = [PointwiseChain, NormAndResidual, GemmEpilogue, FlashAttention];

    private static bool OnlyReader(OperatorGraph graph, Operator producer, Operator consumer) =>
        producer.Writes.Any(write => consumer.Reads.Any(read => read.Tensor == write.Tensor) && graph.ReadersOf(write.Tensor).All(reader => reader == consumer));
}
