using LlmSim.Model.Hardware;

namespace LlmSim.Cli.Output.Pages;

/// <summary>The roofline of a data sheet for people.</summary>
internal static class PeaksPage
{
    /// <summary>Writes the peaks of a device and where its roofline bends.</summary>
    public static Page Peaks(this Page page, Accelerator device) => page
        .Heading($"Roofline of {device.Name}: {device.MemoryBandwidth} of {(device.MemoryType.Length > 0 ? device.MemoryType : "memory")}")
        .Table(["format", ">dense peak", ">ridge"], device.MatrixPeak.Select(peak => (IReadOnlyList<string>)
            [peak.Key.Name(), peak.Value.ToString(), device.RidgePoint(peak.Key).ToString()])
            .Append(["fp32, outside matrix units", device.VectorPeak.ToString(), (device.VectorPeak / device.MemoryBandwidth).ToString()]))
        .Remark("below its ridge an operator moves bytes for longer than it computes; times are of the fitted kernel model, not of these peaks");
}
