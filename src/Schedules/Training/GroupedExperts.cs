using LlmSim.Model.Cost;
using LlmSim.Model.Operators;
using LlmSim.Model.Units;

namespace LlmSim.Schedules.Training;

/// <summary>The price of routed experts in training: grouped products over the tokens that each expert received, with the permutation around them.</summary>
/// <remarks>
/// Training stacks sort tokens by expert and run one product for each group (Gale 2022, MegaBlocks, arXiv 2211.15841, section 4; Megatron-Core's grouped products),
/// at the rates of plain products of those sizes. The fused kernel of serving engines, which pads groups to tiles and gathers rows as it goes, has constants
/// of its own. Tokens are taken as evenly spread, which auxiliary losses or biases see to, unless the shape says by how much the slowest rank exceeds the mean.
/// </remarks>
public static class GroupedExperts
{
    /// <summary>The price of one pass: forward, gradient of the inputs or gradient of the weights, as the operator's shape says.</summary>
    public static OperatorCost Price(Operator op, ExpertsShape shape, CostModel model, double gemmFactor)
    {
        double experts = (double)shape.Spec.Experts / shape.ExpertShards;
        double rows = shape.Tokens * shape.Spec.TopK / shape.Spec.Experts * shape.RowFactor;
        double width = (double)shape.Spec.ExpertIntermediateSize / shape.TensorShards;
        double columns = shape.Spec.Gated ? 2 * width : width;
        OperatorCost up = Product(op, Shape(shape, experts, rows, columns, shape.HiddenSize), model);
        OperatorCost down = Product(op, Shape(shape, experts, rows, shape.HiddenSize, width), model);
        OperatorCost products = (up + down) * gemmFactor;
        return shape.Backward == 2 ? products : products + model.Price(Streams(op, shape, experts * rows, columns + width));
    }

    /// <summary>Forward M x K by K x N for each expert; its gradients swap the sizes as those of any product.</summary>
    private static GemmShape Shape(ExpertsShape shape, double experts, double rows, double n, double k) => shape.Backward switch
    {
        0 => new(rows, n, k, experts, shape.Activations, shape.Weights),
        1 => new(rows, k, n, experts, shape.Activations, shape.Weights),
        _ => new(n, k, rows, experts, shape.Activations, shape.Activations),
    };

    private static OperatorCost Product(Operator op, GemmShape shape, CostModel model) =>
        model.Price(op with { Kind = OperatorKind.Gemm, Shape = shape, Reads = [], Writes = [], Launches = 1 });

    /// <summary>Rows sorted by expert and back, each read and written, and the activation function between the products; backward, its inputs are read again.</summary>
    private static Operator Streams(Operator op, ExpertsShape shape, double pairs, double widths)
    {
        const double BytesPerElement = 2;
        double moved = pairs * shape.HiddenSize * BytesPerElement * 2;
        double activation = pairs * widths * BytesPerElement * (1 + shape.Backward);
        return op with
        {
            Kind = OperatorKind.Elementwise,
            Shape = null,
            Reads = [new TensorAccess("rows", new Bytes(moved + (activation / 2)))],
            Writes = [new TensorAccess("sorted", new Bytes(moved + (activation / 2)))],
            Flops = default,
            Launches = 3,
        };
    }
}
