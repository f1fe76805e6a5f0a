using System.Collections.Immutable;
using LlmSim.Model.Collectives;
using LlmSim.Model.Hardware;
using LlmSim.Model.Parallelism;
using LlmSim.Model.Units;

namespace LlmSim.Model.Operators;

/// <summary>Collects the operators of a graph; each method appends one and names the tensors that it joins.</summary>
internal sealed class GraphBuilder(GraphOptions options)
{
    private readonly ImmutableArray<Operator>.Builder _operators = ImmutableArray.CreateBuilder<Operator>();

    /// <summary>Names of the layer's weights start so; they are read from memory and written by nobody.</summary>
    internal const string WeightPrefix = "w:";

    /// <summary>
    /// Operations of vector units for one element of a dropout: Philox 4x32-10 (Salmon 2011, SC'11, table 2) takes ten rounds of two wide products, four exclusive ors and
    /// two additions for four numbers, about 28 instructions each; conversion, comparison, scaling and the mask take a dozen; each occupies a lane that could do a
    /// multiply-add, which counts two. The backward pass reads the mask and draws nothing.
    /// </summary>
    internal const double DropoutOperations = 80;

    /// <summary>The graph so far.</summary>
    internal OperatorGraph Build(string name) => new(name, _operators.ToImmutable());

    /// <summary>Appends an operator that streams tensors, whose sizes are given in elements of the activation stream.</summary>
    internal void Pointwise(
        string name,
        OperatorKind kind,
        (string Tensor, double Elements)[] reads,
        (string Tensor, double Elements)[] writes,
        double flopsPerElement = 1,
        int launches = 1)
    {
        double bytes = options.StreamBytes;
        double elements = writes.Length > 0 ? writes[0].Elements : reads[0].Elements;
        Add(new Operator
        {
            Name = name,
            Kind = kind,
            Reads = [.. reads.Select(read => new TensorAccess(read.Tensor, new Bytes(read.Elements * bytes)))],
            Writes = [.. writes.Select(write => new TensorAccess(write.Tensor, new Bytes(write.Elements * bytes)))],
            Flops = new FlopCount(elements * flopsPerElement),
            Format = NumberFormat.Fp32,
            Launches = launches,
        });
    }

    /// <summary>Appends a product with a weight: <paramref name="input"/> is M x K, the weight K x N, <paramref name="output"/> M x N.</summary>
    internal void Gemm(string name, string input, string output, double m, double n, double k, OperatorKind kind = OperatorKind.Gemm, bool quantised = true)
    {
        NumberFormat activations = quantised ? options.Activations : options.Unquantised;
        NumberFormat weights = quantised ? options.Weights : options.Unquantised;
        var shape = new GemmShape(m, n, k, 1, activations, weights, options.StaticScales) { Sparsity = quantised ? options.Sparsity : SparseWeights.None };
        Add(new Operator
        {
            Name = name,
            Kind = kind,
            Reads = [new TensorAccess(input, activations.Size() * (m * k)), new TensorAccess(WeightPrefix + name, new Bytes(shape.WeightBytes * n * k))],
            Writes = [new TensorAccess(output, new Bytes(options.StreamBytes * m * n))],
            Flops = new FlopCount(2 * m * n * k),
            Format = activations,
            Shape = shape,
        });
    }

    /// <summary>Appends <paramref name="batch"/> products of activations, each M x K by K x N.</summary>
    internal void BatchedGemm(string name, string left, string right, string output, double m, double n, double k, double batch)
    {
        double bytes = options.StreamBytes;
        Add(new Operator
        {
            Name = name,
            Kind = OperatorKind.BatchedGemm,
            Reads = [new TensorAccess(left, new Bytes(bytes * batch * m * k)), new TensorAccess(right, new Bytes(bytes * batch * k * n))],
            Writes = [new TensorAccess(output, new Bytes(bytes * batch * m * n))],
            Flops = new FlopCount(2 * batch * m * n * k),
            Format = options.Unquantised,
            Shape = new GemmShape(m, n, k, batch, options.Unquantised, options.Unquantised),
        });
    }

    /// <summary>Appends an exchange, unless its group is a single rank.</summary>
    internal void Communicate(
        string name, CollectiveKind kind, GroupKind group, int ranks, string input, string output, double elements, bool overlapped = false)
    {
        if (ranks <= 1)
        {
            return;
        }

        Bytes message = new(options.StreamBytes * elements);
        Add(new Operator
        {
            Name = name,
            Kind = OperatorKind.Collective,
            Reads = [new TensorAccess(input, message)],
            Writes = [new TensorAccess(output, message)],
            Format = NumberFormat.Fp32,
            Shape = new CommunicationShape(kind, group, ranks, message, overlapped),
        });
    }

    /// <summary>Appends a ready operator.</summary>
    internal void Add(Operator op) => _operators.Add(op);
}
