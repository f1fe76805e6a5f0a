using System.Collections.Immutable;

namespace LlmSim.Model.Hardware;

/// <summary>A link technology of the catalog, which accelerators and nodes refer to by name.</summary>
/// <param name="Name">Catalog key, such as <c>infiniband-ndr</c>.</param>
/// <param name="Link">The link, per device (or per rail) and direction.</param>
/// <param name="Sources">The source of each figure, by the key that the record file uses.</param>
public sealed record Network(string Name, Link Link, ImmutableSortedDictionary<string, Figure> Sources);
