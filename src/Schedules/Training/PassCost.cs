using LlmSim.Model.Cost;
using LlmSim.Model.Units;

namespace LlmSim.Schedules.Training;

/// <summary>The price of one pass of a micro-batch through some layers, split exclusively among what bounds it.</summary>
/// <param name="Parts">The split.</param>
public readonly record struct PassCost(CostBreakdown Parts)
{
    /// <summary>The whole time.</summary>
    public Seconds Total => Parts.Total;

    /// <summary>The pass with a wait for the network.</summary>
    public PassCost Waiting(Seconds wait) => new(Parts with { Network = Parts.Network + wait });

    /// <summary>One pass after another.</summary>
    public static PassCost operator +(PassCost left, PassCost right) => new(left.Parts + right.Parts);

    /// <summary>The pass <paramref name="times"/> over.</summary>
    public static PassCost operator *(PassCost pass, double times) => new(pass.Parts * times);
}

/// <summary>The passes of a micro-batch through one chunk of layers.</summary>
/// <param name="Forward">Forward.</param>
/// <param name="BackwardInput">Gradient of the inputs, with what is computed again for it.</param>
/// <param name="BackwardWeight">Gradient of the weights.</param>
public readonly record struct ChunkCost(PassCost Forward, PassCost BackwardInput, PassCost BackwardWeight)
{
    /// <summary>All passes together.</summary>
    public PassCost Whole => Forward + BackwardInput + BackwardWeight;

    /// <summary>The chunk with waits for the network in its forward and backward passes.</summary>
    public ChunkCost Waiting(Seconds forward, Seconds backward) => this with { Forward = Forward.Waiting(forward), BackwardInput = BackwardInput.Waiting(backward) };

    /// <summary>The sum of two chunks.</summary>
    public static ChunkCost operator +(ChunkCost left, ChunkCost right) =>
        new(left.Forward + right.Forward, left.BackwardInput + right.BackwardInput, left.BackwardWeight + right.BackwardWeight);

    /// <summary>The chunk <paramref name="times"/> over.</summary>
    public static ChunkCost operator *(ChunkCost chunk, double times) => new(chunk.Forward * times, chunk.BackwardInput * times, chunk.BackwardWeight * times);
}
