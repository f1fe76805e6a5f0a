using LlmSim.Model.Operators;
using LlmSim.Model.Parallelism;
using LlmSim.Tests.Model.Cost;
using Xunit;

namespace LlmSim.Tests.Model.Operators;

/// <summary>Work and traffic of a layer's passes against counts made by hand in papers.</summary>
public sealed class BackwardGraphTests
{
    private const double Tokens = 4 * 2048;
    private const double Hidden = 6144;

    [Fact]
    public void Matrix_products_of_the_backward_pass_are_twice_those_of_the_forward_pass()
    {
        OperatorGraph forward = Layer(AttentionImplementation.Unfused, dropout: true);
        var backward = BackwardGraph.Of(forward);
        Assert.Equal(2 * Products(forward), Products(backward.Inputs) + Products(backward.Weights), 1e-6 * Products(forward));
    }

    [Fact]
    public void A_classic_layer_counts_24bsh2_plus_4bs2h_forward()
    {
        // Narayanan 2021, section 5.1: 24·b·s·h² + 4·b·s²·h.
        double expected = (24 * Tokens * Hidden * Hidden) + (4 * Tokens * 2048 * Hidden);
        Assert.Equal(expected, Products(Layer(AttentionImplementation.Unfused, dropout: true)), 1e-6 * expected);
    }

    [Fact]
    public void Norms_dropouts_and_residual_sums_of_a_classic_layer_move_22_bytes_a_value_forward_and_46_backward()
    {
        OperatorGraph forward = Layer(AttentionImplementation.Unfused, dropout: true);
        Assert.Equal(22 * Tokens * Hidden, Streams(forward), 1);
        Assert.Equal(46 * Tokens * Hidden, Streams(BackwardGraph.Of(forward).Inputs), 1);
    }

    [Fact]
    public void Causal_softmax_and_dropout_move_8_bytes_a_score_forward_and_9_backward()
    {
        const double Scores = 4 * 64 * 2048d * 2048;
        OperatorGraph forward = Layer(AttentionImplementation.Unfused, dropout: true);

        // Softmax reads what the mask leaves (half, and half the diagonal) and writes all; dropout reads, writes and keeps a byte. Backward: output and gradient read alike.
        const double Diagonal = Scores / 2048;
        Assert.Equal((8 * Scores) + Diagonal, ScoreTraffic(forward), 1);
        Assert.Equal((9 * Scores) + (2 * Diagonal), ScoreTraffic(BackwardGraph.Of(forward).Inputs), 1);
    }

    [Fact]
    public void Sequence_parallelism_turns_an_all_reduce_into_a_gather_and_a_scatter_and_back_in_the_gradient()
    {
        var layout = new ParallelLayout { Tensor = 8, SequenceParallel = true };
        OperatorGraph forward = Layer(AttentionImplementation.Flash, dropout: false, layout);
        Assert.Equal(4, Exchanges(forward));
        Assert.Equal(4, Exchanges(BackwardGraph.Of(forward).Inputs));
        OperatorGraph plain = Layer(AttentionImplementation.Flash, dropout: false, layout with { SequenceParallel = false });
        Assert.Equal(2, Exchanges(plain));
    }

    private static OperatorGraph Layer(AttentionImplementation attention, bool dropout, ParallelLayout? layout = null) => TransformerGraph.UnfusedLayer(
        SamplePieces.Gpt22B.Layers[0], SamplePieces.Gpt22B, BatchShape.Training(4, 2048),
        new GraphOptions { Attention = attention, Dropout = dropout, Training = true, Layout = layout ?? ParallelLayout.Single });

    private static double Products(OperatorGraph graph) => graph.Operators.Where(static op => op.Shape is GemmShape).Sum(static op => op.Flops.Value);

    private static double Streams(OperatorGraph graph) => graph.Operators
        .Where(static op => op.Kind == OperatorKind.Norm || op.Name.StartsWith("residual-add", StringComparison.Ordinal)).Sum(static op => op.Traffic.Value);

    private static double ScoreTraffic(OperatorGraph graph) => graph.Operators
        .Where(static op => op.Kind == OperatorKind.Softmax || op.Name.StartsWith("attention-dropout", StringComparison.Ordinal)).Sum(static op => op.Traffic.Value);

    private static int Exchanges(OperatorGraph graph) => graph.Operators.Count(static op => op.Kind == OperatorKind.Collective);
}
