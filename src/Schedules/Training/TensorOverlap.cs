namespace LlmSim.Schedules.Training;

/// <summary>Where the software hides tensor-parallel exchanges behind matrix products.</summary>
public enum TensorOverlap
{
    /// <summary>Nowhere.</summary>
    None,

    /// <summary>In the backward pass, beside the gradient of weights.</summary>
    Backward,

    /// <summary>In both passes, in pieces.</summary>
    Both,
}
