using System.Collections.Immutable;
using LlmSim.Model.Collectives;
using LlmSim.Model.Hardware;
using LlmSim.Model.Units;

namespace LlmSim.Model.Operators;

/// <summary>The gradient of a forward graph, split as zero-bubble schedules need it: gradients of inputs, and gradients of weights, which nobody waits for.</summary>
/// <param name="Inputs">What the stage before waits for.</param>
/// <param name="Weights">What can be done at any later time.</param>
public sealed record BackwardGraph(OperatorGraph Inputs, OperatorGraph Weights)
{
    /// <summary>The gradient of every operator, in reverse order.</summary>
    public static BackwardGraph Of(OperatorGraph forward)
    {
        var inputs = ImmutableArray.CreateBuilder<Operator>();
        var weights = ImmutableArray.CreateBuilder<Operator>();
        foreach (Operator op in forward.Operators.Reverse())
        {
            Append(op, inputs, weights);
        }

        return new(new OperatorGraph(forward.Name + ", input gradient", inputs.ToImmutable()), new OperatorGraph(forward.Name + ", weight gradient", weights.ToImmutable()));
    }

    private static void Append(Operator op, ImmutableArray<Operator>.Builder inputs, ImmutableArray<Operator>.Builder weights)
    {
        switch (op.Shape)
        {
            case GemmShape gemm when op.Kind == OperatorKind.BatchedGemm:
                inputs.Add(Product(op, "d-left", gemm with { N = gemm.K, K = gemm.N }));
                inputs.Add(Product(op, "d-right", gemm with { M = gemm.K, K = gemm.M }));
                break;
            case GemmShape gemm:
                inputs.Add(Product(op, "d-input", gemm with { N = gemm.K, K = gemm.N, Sparsity = Backward(gemm.Sparsity) }));
                if (!op.Frozen)
                {
                    weights.Add(Product(op, "d-weight", gemm with { M = gemm.N, N = gemm.K, K = gemm.M, Weights = gemm.Activations, Sparsity = SparseWeights.None }));
                }

                break;
            case PrefillAttentionShape attention:
                // Five products instead of two, and Q, K, V, O and their gradients instead of Q, K, V and O (Dao 2022, section 3.1).
                inputs.Add(op with { Name = op.Name + ", gradient", Flops = op.Flops * 2.5, Reads = Gradients(op), Writes = op.Reads, Shape = attention with { Backward = true } });
                break;
            case ExpertsShape experts:
                inputs.Add(op with { Name = op.Name + ", d-input", Shape = experts with { Backward = 1 } });
                if (!op.Frozen)
                {
                    weights.Add(op with { Name = op.Name + ", d-weight", Shape = experts with { Backward = 2 } });
                }

                break;
            case CommunicationShape exchange:
                inputs.Add(op with { Name = op.Name + ", conjugate", Shape = exchange with { Kind = Conjugate(exchange.Kind) } });
                break;
            case null when op.Kind == OperatorKind.Loss:
                break; // its gradient is written by the forward kernel
            case null when op.Kind == OperatorKind.Dequantise:
                inputs.Add(op with { Name = op.Name + ", again" }); // only the narrow form is kept
                break;
            case null:
                inputs.Add(Streaming(op));
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(op), op.Shape.GetType().Name, "An operator without gradient.");
        }
    }

    private static ImmutableArray<TensorAccess> Gradients(Operator op) => [.. op.Reads, .. op.Writes, .. op.Writes.Select(static w => w with { Tensor = "d:" + w.Tensor })];

    private static SparseWeights Backward(SparseWeights forward) => forward == SparseWeights.Transposable ? forward : SparseWeights.None;

    private static Operator Product(Operator op, string suffix, GemmShape shape)
    {
        NumberFormat format = shape.Activations;
        return op with
        {
            Name = $"{op.Name}, {suffix}",
            Shape = shape,
            Reads =
            [
                new TensorAccess("d:" + op.Name, format.Size() * (shape.Batch * shape.M * shape.K)),
                new TensorAccess("saved:" + op.Name, new Bytes(shape.WeightBytes * shape.Batch * shape.K * shape.N)),
            ],
            Writes = [new TensorAccess($"{suffix}:{op.Name}", new Bytes(2 * shape.Batch * shape.M * shape.N))],
        };
    }

    /// <summary>The exchange that carries gradients where this one carried activations (Korthikanti 2022, section 4.2.2).</summary>
    private static CollectiveKind Conjugate(CollectiveKind kind) => kind switch
    {
        CollectiveKind.AllGather => CollectiveKind.ReduceScatter,
        CollectiveKind.ReduceScatter => CollectiveKind.AllGather,
        _ => kind,
    };

    /// <summary>A streaming operator reads the gradient of its result and what it saved, and writes the gradient of its inputs.</summary>
    private static Operator Streaming(Operator op)
    {
        Bytes result = new(op.Writes.Length == 0 ? 0 : op.Writes.Max(static w => w.Size.Value));
        Bytes mask = op.BytesWritten - result;
        Bytes traffic = op.Kind switch
        {
            // Gradient, input and the residual's gradient are read and the input's gradient is written; gain gradients read gradient and input again.
            OperatorKind.Norm => result * (op.Frozen ? 4 : 6),
            OperatorKind.Rotary or OperatorKind.Embedding => result * 2,
            // With dropout: gradient and mask to branch gradient (2), bias gradient (1), sum into the residual's gradient (2). Without: the sum (3).
            OperatorKind.Elementwise when op.Name.StartsWith("residual-add", StringComparison.Ordinal) => mask > Bytes.Zero ? (result * 5) + mask : result * 3,
            // The gradient is scaled (two of the result's width), and the gradient of the adapter's input is added to that of the matrix (about three).
            OperatorKind.Elementwise when op.Name.StartsWith("lora-", StringComparison.Ordinal) => result + op.BytesRead,
            OperatorKind.Elementwise when mask > Bytes.Zero => (result * 2) + mask,
            _ => result + (op.BytesRead * 2),
        };
        return op with
        {
            Name = op.Name + ", gradient",
            Flops = op.Kind == OperatorKind.Elementwise && mask > Bytes.Zero ? new(3 * mask.Value) : op.Flops * 2,
            Launches = 2 * op.Launches,
            Reads = [new TensorAccess("d:" + op.Name, traffic - op.BytesRead)],
            Writes = [new TensorAccess("d-in:" + op.Name, op.BytesRead)],
        };
    }
}
