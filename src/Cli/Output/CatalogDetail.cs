using System.Collections.Immutable;
using LlmSim.Model.Hardware;

namespace LlmSim.Cli.Output;

/// <summary>A figure of a catalog record.</summary>
/// <param name="Key">Its key as in the record's file.</param>
/// <param name="Text">Its value with a unit, for people.</param>
/// <param name="Value">Its value in SI units; null where it is no number.</param>
/// <param name="Origin">Where it comes from; null where the record's source stands for it.</param>
internal sealed record CatalogFigure(string Key, string Text, double? Value, Figure? Origin);

/// <summary>A catalog record with all its figures.</summary>
/// <param name="Name">Its key.</param>
/// <param name="Title">Its full name.</param>
/// <param name="Figures">Its figures.</param>
/// <param name="Notes">Remarks on it.</param>
internal sealed record CatalogDetail(string Name, string Title, ImmutableArray<CatalogFigure> Figures, ImmutableArray<string> Notes);
