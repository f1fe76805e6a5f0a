namespace LlmSim.Model.Memory;

/// <summary>Where moments and master weights lie.</summary>
public enum OptimizerPlacement
{
    /// <summary>In device memory.</summary>
    Device,

    /// <summary>In device memory as far as it has room; the rest is paged to the host and comes back for the update (Dettmers 2023, section 3).</summary>
    Paged,

    /// <summary>In host memory, where gradients go and processors update them (Ren 2021, ZeRO-Offload, arXiv 2101.06840).</summary>
    Host,

    /// <summary>On local drives, from where they pass host memory for each update (Rajbhandari 2021, ZeRO-Infinity, arXiv 2104.07857).</summary>
    Nvme,
}

/// <summary>Questions about <see cref="OptimizerPlacement"/>.</summary>
public static class OptimizerPlacements
{
    /// <summary>Whether processors of the host update the parameters.</summary>
    public static bool UpdatesOnHost(this OptimizerPlacement placement) => placement is OptimizerPlacement.Host or OptimizerPlacement.Nvme;
}
