using LlmSim.Model.Collectives;
using LlmSim.Model.Hardware;
using LlmSim.Model.Operators;

namespace LlmSim.Validation.Measurements;

/// <summary>One operator on one device, or one exchange inside one node.</summary>
/// <param name="Node">The node that holds the device.</param>
/// <param name="Shape">The sizes of the operator.</param>
/// <param name="Backend">Who carries out an all-reduce.</param>
/// <param name="Eager">Whether the host launched each kernel, so that launches are a part of the time; otherwise a captured graph was replayed.</param>
public sealed record KernelWork(Node Node, OperatorShape Shape, CollectiveBackend Backend = CollectiveBackend.Library, bool Eager = false) : MeasuredWork;
