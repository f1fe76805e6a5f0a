using System.Collections.Immutable;
using LlmSim.Model.Units;

namespace LlmSim.Model.Hardware;

/// <summary>A kind of host memory or storage of the catalog, from whose units a node is made up.</summary>
/// <param name="Name">Catalog key, such as <c>ddr5-4800</c> or <c>nvme-gen4</c>.</param>
/// <param name="Title">Full name for people.</param>
/// <param name="Bandwidth">Peak read bandwidth of one unit: a memory channel, or a drive.</param>
/// <param name="Sources">The source of each figure, by the key that the record file uses.</param>
public sealed record MemoryKind(string Name, string Title, Bandwidth Bandwidth, ImmutableSortedDictionary<string, Figure> Sources);
