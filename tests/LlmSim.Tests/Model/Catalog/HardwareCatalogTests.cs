using System.Collections.Immutable;
using LlmSim.Model.Catalog;
using LlmSim.Model.Hardware;
using LlmSim.Model.Units;
using Xunit;

namespace LlmSim.Tests.Model.Catalog;

public sealed class HardwareCatalogTests
{
    public static TheoryData<string> AcceleratorNames => [.. HardwareCatalog.Accelerators.Names];

    public static TheoryData<string> NodeNames => [.. HardwareCatalog.Nodes.Names];

    [Theory]
    [MemberData(nameof(AcceleratorNames))]
    public void Every_accelerator_loads_and_every_figure_has_a_source(string name)
    {
        Accelerator accelerator = HardwareCatalog.Accelerators.Find(name);
        Assert.Equal(name, accelerator.Name);
        Assert.NotEqual("unknown", accelerator.Generation);
        IEnumerable<string> expected = ["memory", "memory_bandwidth", "multiprocessors", "boost_clock", "vector_peak",
            .. accelerator.MatrixPeak.Keys.Select(static format => "matrix_peak." + format.Name()),
            .. Given("scale_up.bandwidth", accelerator.ScaleUp is not null), .. Given("host_link.bandwidth", accelerator.HostLink is not null),
            .. Given("l2_cache", accelerator.L2Cache > Bytes.Zero), .. Given("sram_per_multiprocessor", accelerator.SramPerMultiprocessor > Bytes.Zero),
            .. Given("shared_memory_per_block", accelerator.SharedMemoryPerBlock > Bytes.Zero), .. Given("power_limit", accelerator.PowerLimit > Watts.Zero),
            .. Given("idle_power", accelerator.IdlePower > Watts.Zero), .. Given("typical_network", accelerator.TypicalNetwork > Bandwidth.Zero)];
        Assert.All(expected, key => Assert.Contains(key, accelerator.Sources.Keys));
        AssertStated(accelerator.Sources);
    }

    [Theory]
    [MemberData(nameof(NodeNames))]
    public void Every_node_loads_and_every_figure_has_a_source(string name)
    {
        Node node = HardwareCatalog.Nodes.Find(name);
        Assert.Equal(name, node.Name);
        IEnumerable<string> expected = ["devices", "scale_up.bandwidth", "scale_out.bandwidth",
            .. Given("host_memory", node.HostMemory > Bytes.Zero), .. Given("host_memory_bandwidth", node.HostMemoryBandwidth > Bandwidth.Zero),
            .. Given("nvme", node.Nvme > Bytes.Zero), .. Given("nvme_bandwidth", node.NvmeBandwidth > Bandwidth.Zero),
            .. Given("host_power", node.HostPower > Watts.Zero)];
        Assert.All(expected, key => Assert.Contains(key, node.Sources.Keys));
        AssertStated(node.Sources);
    }

    [Fact]
    public void Every_network_memory_and_storage_loads_under_its_name_with_sources()
    {
        foreach (string name in HardwareCatalog.Networks.Names)
        {
            Network network = HardwareCatalog.Networks.Find(name);
            Assert.Equal(name, network.Name);
            Assert.True(network.Link.Bandwidth > Bandwidth.Zero);
            Assert.Contains("bandwidth", network.Sources.Keys);
            AssertStated(network.Sources);
        }

        foreach (CatalogSection<MemoryKind> section in new[] { HardwareCatalog.HostMemories, HardwareCatalog.Storages })
        {
            Assert.NotEmpty(section.Names);
            Assert.All(section.Names, name => Assert.Equal(name, section.Find(name).Name));
            Assert.All(section.Names, name => AssertStated(section.Find(name).Sources));
        }
    }

    [Fact]
    public void Titles_of_accelerators_and_nodes_are_unique()
    {
        string[] titles = [.. HardwareCatalog.Accelerators.Names.Select(static name => HardwareCatalog.Accelerators.Find(name).Title),
            .. HardwareCatalog.Nodes.Names.Select(static name => HardwareCatalog.Nodes.Find(name).Title)];
        Assert.Equal(titles.Length, titles.Distinct(StringComparer.OrdinalIgnoreCase).Count());
    }

    [Fact]
    public void Every_alias_leads_to_a_record_and_hides_none()
    {
        AssertAliases(HardwareCatalog.Accelerators);
        AssertAliases(HardwareCatalog.Nodes);
        AssertAliases(HardwareCatalog.Networks);
    }

    [Theory]
    [InlineData("h100", "h100-sxm")]
    [InlineData("H100_SXM", "h100-sxm")]
    [InlineData("h200", "h200-sxm")]
    [InlineData("b200", "b200-sxm")]
    [InlineData("b300", "b300-sxm")]
    [InlineData("a100", "a100-sxm-80gb")]
    [InlineData("a100-80gb", "a100-sxm-80gb")]
    [InlineData("h800", "h800-sxm")]
    [InlineData("h20", "h20-sxm")]
    [InlineData("RTX4090", "rtx-4090")]
    [InlineData("4090", "rtx-4090")]
    [InlineData("RTXPRO6000", "rtx-pro-6000")]
    [InlineData("rtx6000pro", "rtx-pro-6000")]
    [InlineData("RTX PRO 6000 Blackwell", "rtx-pro-6000")]
    [InlineData("NVIDIA H100 80GB HBM3", "h100-sxm")]
    [InlineData("NVIDIA A100-SXM4-80GB", "a100-sxm-80gb")]
    [InlineData("NVIDIA GeForce RTX 4090", "rtx-4090")]
    [InlineData("NVIDIA L40S", "l40s")]
    [InlineData("M4 Max", "apple-m4-max")]
    [InlineData(" Raspberry Pi 5 ", "raspberry-pi-5")]
    public void Accelerators_are_found_by_the_names_that_tools_and_people_use(string alias, string name)
    {
        Assert.True(HardwareCatalog.Accelerators.TryFind(alias, out Accelerator? found));
        Assert.Equal(name, found.Name);
    }

    [Fact]
    public void An_unknown_name_suggests_the_nearest_ones()
    {
        Assert.False(HardwareCatalog.Accelerators.TryFind("h100-sxn", out Accelerator? none));
        Assert.Null(none);
        Assert.Equal("h100-sxm", HardwareCatalog.Accelerators.Suggest("h100-sxn")[0]);
        Assert.Contains("mi300x", HardwareCatalog.Accelerators.Suggest("mi300"));
        Assert.Empty(HardwareCatalog.Accelerators.Suggest("a toaster from the kitchen"));
    }

    [Theory]
    [InlineData("h100-sxm", "dgx-h100", 8)]
    [InlineData("gb300", "gb300-nvl72", 72)]
    [InlineData("apple-m4-max", "macbook-pro-m4-max", 1)]
    [InlineData("rtx-4090", "rtx-4090-workstation", 1)]
    public void The_usual_node_of_an_accelerator_comes_from_the_catalog(string accelerator, string node, int devices)
    {
        Node usual = Nodes.Default(HardwareCatalog.Accelerators.Find(accelerator));
        Assert.Equal((node, devices), (usual.Name, usual.Devices));
        Assert.Equal(accelerator, usual.Accelerator.Name);
    }

    [Fact]
    public void Every_usual_node_exists_and_holds_its_accelerator() =>
        Assert.All(HardwareCatalog.UsualNodes, pair =>
        {
            Assert.Contains(pair.Key, HardwareCatalog.Accelerators.Names);
            Assert.Equal(pair.Key, HardwareCatalog.Nodes.Find(pair.Value).Accelerator.Name);
        });

    [Fact]
    public void An_accelerator_without_a_node_gets_one_device_with_its_own_links()
    {
        Accelerator a10 = HardwareCatalog.Accelerators.Find("a10");
        Node node = Nodes.Default(a10);
        Assert.Equal(1, node.Devices);
        Assert.Equal("PCIe 4 x16", node.ScaleUp.Name);
        Assert.Equal(Bandwidth.GigabitsPerSecond(100), node.ScaleOut.Bandwidth);
        Assert.True(node.HostMemory > a10.Memory);
        Assert.All(node.Sources.Values, static figure => Assert.False(figure.Verified));
    }

    [Fact]
    public void A_changed_accelerator_takes_the_place_of_the_catalogs_in_its_usual_node()
    {
        Accelerator faster = HardwareCatalog.Accelerators.Find("h100-sxm") with { MemoryBandwidth = Bandwidth.TerabytesPerSecond(9) };
        Assert.Same(faster, Nodes.Default(faster).Accelerator);
    }

    private static string[] Given(string key, bool given) => given ? [key] : [];

    private static void AssertStated(ImmutableSortedDictionary<string, Figure> sources) => Assert.All(sources, static pair =>
    {
        Assert.True(pair.Value.Source.Length > 4, pair.Key);
        Assert.DoesNotContain("without a source", pair.Value.Source, StringComparison.Ordinal);
        Assert.False(pair.Value.Source.StartsWith("assumed:", StringComparison.Ordinal), $"{pair.Key} is missing from the record");
    });

    private static void AssertAliases<T>(CatalogSection<T> section)
        where T : class
    {
        Assert.NotEmpty(section.Aliases);
        Assert.All(section.Aliases, alias => Assert.Contains(alias.Value, section.Names));
        Assert.Empty(section.Aliases.Keys.Intersect(section.Names));
    }
}
