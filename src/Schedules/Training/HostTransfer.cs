using LlmSim.Model.Hardware;
using LlmSim.Model.Units;

namespace LlmSim.Schedules.Training;

/// <summary>Copies between a device and its host.</summary>
internal static class HostTransfer
{
    /// <summary>Share of a PCIe link that large copies from pinned memory reach; assumed, 12 to 13 of the 16 GB/s of a third-generation link are usual.</summary>
    private const double LinkShare = 0.8;

    /// <summary>Time of a copy in one direction; nothing where host and device share their memory.</summary>
    public static Seconds Time(Accelerator device, Bytes size) => device.HostLink is { } link ? size / (link.Bandwidth * LinkShare) : Seconds.Zero;
}
