using System.Globalization;
using System.Text.RegularExpressions;
using LlmSim.Model.Hardware;
using LlmSim.Model.Units;

namespace LlmSim.Validation.Measurements.Training;

/// <summary>What a table says about its machines in words, such as <c>8 GPUs/node NVLink3, 4x200 Gb/s per node</c>.</summary>
internal static partial class ClusterColumn
{
    /// <summary>Latency of converged Ethernet where the words name it, as in the catalog's networks.</summary>
    private static readonly Seconds EthernetLatency = Seconds.Microseconds(3);

    /// <summary>The usual node of the device with as many devices and as much network as the words say.</summary>
    /// <param name="usual">The node in which the device usually comes.</param>
    /// <param name="text">The words; empty for none.</param>
    /// <param name="assumed">Whether the words name several nodes but no rate of their network.</param>
    public static Node Read(Node usual, string text, out bool assumed)
    {
        Match devices = DevicesOfNode().Match(text);
        Node node = devices.Success ? usual with { Devices = int.Parse(devices.Groups[1].Value, CultureInfo.InvariantCulture) } : usual;
        Match rate = Rate().Match(text);
        assumed = !rate.Success;
        if (!rate.Success)
        {
            return node;
        }

        double links = rate.Groups["links"].Success ? double.Parse(rate.Groups["links"].Value, CultureInfo.InvariantCulture) : 1;
        double gigabits = links * double.Parse(rate.Groups["rate"].Value, CultureInfo.InvariantCulture);
        double perDevice = rate.Groups["of"].Value.Equals("node", StringComparison.OrdinalIgnoreCase) ? gigabits / node.Devices : gigabits;
        bool isEthernet = text.Contains("RoCE", StringComparison.OrdinalIgnoreCase);
        return node with
        {
            ScaleOut = new Link(
                isEthernet ? "RoCE" : node.ScaleOut.Name,
                Bandwidth.GigabitsPerSecond(perDevice),
                isEthernet ? EthernetLatency : node.ScaleOut.Latency),
        };
    }

    [GeneratedRegex(@"\b([1-9]\d{0,3}) ?(?:GPUs?|devices?) ?(?:/|per) ?node", RegexOptions.IgnoreCase)]
    private static partial Regex DevicesOfNode();

    [GeneratedRegex(@"(?:(?<links>\d{1,3}) ?x ?)?(?<rate>\d{1,5}(?:\.\d+)?) ?Gb/s[^,;]*? per (?<of>node|GPU|device)", RegexOptions.IgnoreCase)]
    private static partial Regex Rate();
}
