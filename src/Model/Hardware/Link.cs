using LlmSim.Model.Units;

namespace LlmSim.Model.Hardware;

/// <summary>A connection of one device, as its data sheet describes it.</summary>
/// <param name="Name">Technology, such as <c>NVLink 4</c>.</param>
/// <param name="Bandwidth">Bandwidth of one device in one direction, all lanes together.</param>
/// <param name="Latency">Time until the first byte arrives; zero where the data sheet does not say.</param>
/// <param name="InSwitchReduction">Whether the switch adds up an all-reduce (NVLink SHARP).</param>
public sealed record Link(string Name, Bandwidth Bandwidth, Seconds Latency, bool InSwitchReduction = false);
