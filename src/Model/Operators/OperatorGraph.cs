using System.Collections.Immutable;
using LlmSim.Model.Units;

namespace LlmSim.Model.Operators;

/// <summary>Operators in an order in which they can run; edges are the tensors that one writes and another reads.</summary>
/// <param name="Name">What the graph is of, such as <c>decoder layer, forward</c>.</param>
/// <param name="Operators">The operators, every tensor written before it is read or coming from outside.</param>
public sealed record OperatorGraph(string Name, ImmutableArray<Operator> Operators)
{
    /// <summary>Tensors that somebody outside the graph reads, such as the residual stream that goes to the next layer.</summary>
    public ImmutableHashSet<string> Exports { get; init; } = [];

    /// <summary>Operations of all operators.</summary>
    public FlopCount Flops => new(Operators.Sum(static op => op.Flops.Value));

    /// <summary>Device memory traffic of all operators.</summary>
    public Bytes Traffic => new(Operators.Sum(static op => op.Traffic.Value));

    /// <summary>Tensors touched by all operators.</summary>
    public int Accesses => Operators.Sum(static op => op.Accesses);

    /// <summary>Kernels launched by all operators.</summary>
    public int Launches => Operators.Sum(static op => op.Launches);

    /// <summary>The operators that read a tensor.</summary>
    public IEnumerable<Operator> ReadersOf(string tensor) => Operators.Where(op => op.Reads.Any(access => access.Tensor == tensor));

    /// <summary>The operator that writes a tensor, or null where it comes from outside.</summary>
    public Operator? WriterOf(string tensor) => Operators.FirstOrDefault(op => op.Writes.Any(access => access.Tensor == tensor));

    /// <summary>The operator of a name.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public Operator this[string name] => Operators.Single(op => op.Name == name);

    /// <summary>This graph followed by another.</summary>
    public OperatorGraph Then(OperatorGraph next) => new(Name, Operators.AddRange(next.Operators));
}
