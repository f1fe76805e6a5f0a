using System.Collections.Immutable;
using LlmSim.Model.Operators;

namespace LlmSim.Schedules.Training;

/// <summary>The operators of the passes of a micro-batch through a part of a model.</summary>
/// <param name="Forward">Forward.</param>
/// <param name="Again">What the backward pass computes again.</param>
/// <param name="Inputs">Gradients of the inputs.</param>
/// <param name="Weights">Gradients of the weights.</param>
internal sealed record LayerPasses(OperatorGraph Forward, ImmutableArray<Operator> Again, ImmutableArray<Operator> Inputs, ImmutableArray<Operator> Weights)
{
    /// <summary>The passes whose backward one follows from the forward one.</summary>
    public static LayerPasses Of(OperatorGraph forward, ImmutableArray<Operator> again)
    {
        var backward = BackwardGraph.Of(forward);
        return new(forward, again, backward.Inputs.Operators, backward.Weights.Operators);
    }
}
