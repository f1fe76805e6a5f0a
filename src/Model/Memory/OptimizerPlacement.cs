namespace LlmSim.Model.Memory;

/// <summary>Where moments and master weights lie.</summary>
public enum OptimizerPlacement
{
    /// <summary>In device memory.</summary>
    Device,

    /// <summary>In device memory as far as it has room; the rest is paged to the host and comes back for the update (Dettmers 2023, section 3).</summary>
    Paged,
}
