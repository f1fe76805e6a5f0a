using LlmSim.Model.Catalog;
using LlmSim.Model.Hardware;
using LlmSim.Model.Units;
using Xunit;

namespace LlmSim.Tests.Model.Catalog;

/// <summary>Figures typed from the vendors' data sheets, apart from the records.</summary>
public sealed class PublishedAnchorsTests
{
    [Fact]
    public void A100_has_19_5_TFLOPs_without_tensor_cores_and_108_of_the_dies_128_multiprocessors()
    {
        Accelerator a100 = HardwareCatalog.Accelerators.Find("a100");
        Assert.Equal(19.5e12, a100.VectorPeak.Value);
        Assert.Equal(108, a100.Multiprocessors);
        Assert.False(a100.Supports(NumberFormat.Fp8));
        Assert.Equal(312e12 / 2.039e12, a100.RidgePoint(NumberFormat.Bf16).Value, 9);
        Assert.Equal(153, a100.RidgePoint(NumberFormat.Bf16).Value, 0.5);
    }

    [Theory]
    [InlineData("h100-sxm", 989, 1979, 3.35)]
    [InlineData("h200-sxm", 989, 1979, 4.8)]
    [InlineData("b200-sxm", 2250, 4500, 8)]
    [InlineData("gb300", 2500, 5000, 8)]
    [InlineData("mi300x", 1307.4, 2614.9, 5.3)]
    [InlineData("l40s", 362.05, 733, 0.864)]
    public void Dense_peaks_are_those_of_the_data_sheets(string name, double bf16Teraflops, double fp8Teraflops, double terabytesPerSecond)
    {
        Accelerator accelerator = HardwareCatalog.Accelerators.Find(name);
        Assert.Equal(bf16Teraflops, accelerator.Peak(NumberFormat.Bf16).Value / 1e12, bf16Teraflops * 1e-3);
        Assert.Equal(fp8Teraflops, accelerator.Peak(NumberFormat.Fp8Block).Value / 1e12, fp8Teraflops * 1e-3);
        Assert.Equal(terabytesPerSecond * 1e12, accelerator.MemoryBandwidth.Value, 1e6);
    }

    /// <summary>NVIDIA's sheets print the sum of both directions: 300, 600, 900 and 1800 GB/s.</summary>
    [Theory]
    [InlineData("v100-sxm-32gb", 300)]
    [InlineData("a100-sxm-80gb", 600)]
    [InlineData("h100-sxm", 900)]
    [InlineData("h800-sxm", 400)]
    [InlineData("b200-sxm", 1800)]
    public void Scale_up_bandwidth_is_half_of_the_duplex_figure(string name, double duplexGigabytesPerSecond)
    {
        Link? link = HardwareCatalog.Accelerators.Find(name).ScaleUp;
        Assert.NotNull(link);
        Assert.Equal(duplexGigabytesPerSecond / 2 * 1e9, link.Bandwidth.Value, 1);
    }

    [Fact]
    public void Switches_reduce_from_Hopper_on()
    {
        Assert.False(HardwareCatalog.Nodes.Find("dgx-a100").ScaleUp.InSwitchReduction);
        Assert.True(HardwareCatalog.Nodes.Find("dgx-h100").ScaleUp.InSwitchReduction);
        Assert.True(HardwareCatalog.Nodes.Find("gb200-nvl72").ScaleUp.InSwitchReduction);
        Assert.False(HardwareCatalog.Nodes.Find("h100-pcie-8x").ScaleUp.InSwitchReduction);
    }

    /// <summary>Tensor-core peaks follow from multiprocessors, FLOP per clock (white papers) and clock.</summary>
    [Theory]
    [InlineData("v100-sxm-32gb", NumberFormat.Fp16, 1024)]
    [InlineData("a100-sxm-40gb", NumberFormat.Bf16, 2048)]
    [InlineData("h100-sxm", NumberFormat.Bf16, 4096)]
    [InlineData("gb200", NumberFormat.Bf16, 8192)]
    [InlineData("rtx-3090", NumberFormat.Bf16, 512)]
    [InlineData("rtx-4090", NumberFormat.Bf16, 512)]
    [InlineData("rtx-5090", NumberFormat.Bf16, 512)]
    [InlineData("rtx-pro-6000", NumberFormat.Bf16, 1024)]
    [InlineData("t4", NumberFormat.Fp16, 1024)]
    [InlineData("l4", NumberFormat.Bf16, 1024)]
    [InlineData("a10", NumberFormat.Bf16, 1024)]
    [InlineData("a40", NumberFormat.Bf16, 1024)]
    [InlineData("mi250x", NumberFormat.Bf16, 1024)]
    [InlineData("mi300x", NumberFormat.Bf16, 2048)]
    [InlineData("mi355x", NumberFormat.Bf16, 4096)]
    [InlineData("jetson-agx-orin", NumberFormat.Bf16, 2048)]
    public void Peaks_are_multiprocessors_times_operations_per_clock_times_clock(string name, NumberFormat format, int flopPerClock)
    {
        Accelerator accelerator = HardwareCatalog.Accelerators.Find(name);
        double expected = accelerator.Multiprocessors * flopPerClock * accelerator.BoostClock.Value;
        Assert.Equal(expected, accelerator.Peak(format).Value, expected * 0.01);
    }

    [Theory]
    [InlineData("h100", 85.0e9)]
    [InlineData("h200", 150.1e9)]
    [InlineData("b200", 191.5e9)]
    [InlineData("rtx-4090", 25250627584)]
    public void Memory_is_what_the_driver_reports_rather_than_the_label(string name, double bytes) =>
        Assert.Equal(bytes, HardwareCatalog.Accelerators.Find(name).Memory.Value, bytes * 1e-3);

    [Theory]
    [InlineData("pcie-5-x16", 63.0)]
    [InlineData("infiniband-ndr", 50)]
    [InlineData("roce-100g", 12.5)]
    [InlineData("ethernet-1g", 0.125)]
    [InlineData("ici-v5p", 540)]
    public void Networks_are_per_direction(string name, double gigabytesPerSecond) =>
        Assert.Equal(gigabytesPerSecond * 1e9, HardwareCatalog.Networks.Find(name).Link.Bandwidth.Value, gigabytesPerSecond * 1e6);

    /// <summary>Two EPYC 7742 have 8 channels of DDR4-3200 each: 409.6 GB/s together.</summary>
    [Fact]
    public void Host_bandwidth_is_that_of_all_channels() =>
        Assert.Equal(409.6e9, HardwareCatalog.Nodes.Find("dgx-a100").HostMemoryBandwidth.Value, 1e3);
}
