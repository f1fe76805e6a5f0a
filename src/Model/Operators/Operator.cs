using System.Collections.Immutable;
using LlmSim.Model.Hardware;
using LlmSim.Model.Units;

namespace LlmSim.Model.Operators;

/// <summary>One read or write of a tensor by an operator.</summary>
/// <param name="Tensor">Name of the tensor; operators that name the same one are joined by it.</param>
/// <param name="Size">Bytes that pass between device memory and the operator.</param>
public readonly record struct TensorAccess(string Tensor, Bytes Size);

/// <summary>One operator on one device: what it computes, what it reads and writes, and how often it is launched. Holds no time.</summary>
public sealed record Operator
{
    /// <summary>Name that is unique in its graph, such as <c>qkv</c>.</summary>
    public required string Name { get; init; }

    /// <summary>What it does.</summary>
    public required OperatorKind Kind { get; init; }

    /// <summary>Tensors read from device memory.</summary>
    public ImmutableArray<TensorAccess> Reads { get; init; } = [];

    /// <summary>Tensors written to device memory.</summary>
    public ImmutableArray<TensorAccess> Writes { get; init; } = [];

    /// <summary>Floating-point operations, one multiply-add counting two.</summary>
    public FlopCount Flops { get; init; }

    /// <summary>Format in which the arithmetic runs.</summary>
    public NumberFormat Format { get; init; } = NumberFormat.Bf16;

    /// <summary>Kernels launched.</summary>
    public int Launches { get; init; } = 1;

    /// <summary>Whether its weights are not trained, so that they have no gradient.</summary>
    public bool Frozen { get; init; }

    /// <summary>Sizes that a kernel model needs; null for an operator that only streams its tensors.</summary>
    public OperatorShape? Shape { get; init; }

    /// <summary>Bytes read from device memory.</summary>
    public Bytes BytesRead => new(Reads.Sum(static access => access.Size.Value));

    /// <summary>Bytes written to device memory.</summary>
    public Bytes BytesWritten => new(Writes.Sum(static access => access.Size.Value));

    /// <summary>Bytes that pass between device memory and the operator.</summary>
    public Bytes Traffic => BytesRead + BytesWritten;

    /// <summary>Tensors touched: the "memory accesses" that textbooks count.</summary>
    public int Accesses => Reads.Length + Writes.Length;

    /// <summary>Operations for each byte of device memory traffic; zero where nothing is moved.</summary>
    public Intensity Intensity => Traffic > Bytes.Zero ? Flops / Traffic : Intensity.Zero;
}
