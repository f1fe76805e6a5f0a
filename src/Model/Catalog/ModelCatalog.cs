using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using LlmSim.Model.Architecture;

namespace LlmSim.Model.Catalog;

/// <summary>The models that the program knows by name: shapes of published models as embedded records.</summary>
/// <remarks>A model is found by its key, such as <c>llama-3.1-8b</c>, or by an alias: its repositories, with or without their owner.</remarks>
public static class ModelCatalog
{
    /// <summary>The models as a section of the catalog.</summary>
    public static CatalogSection<TransformerArchitecture> Section { get; } = new("models", ArchitectureRecord.TryRead);

    /// <summary>The key of every model, in ordinal order.</summary>
    public static ImmutableArray<string> Names => Section.Names;

    /// <summary>Further names that lead to a model, in lower case with '-' for '_' and ' ', each with the key.</summary>
    public static ImmutableSortedDictionary<string, string> Aliases => Section.Aliases;

    /// <summary>The model of a key or alias, or false where there is none; only its own file is parsed.</summary>
    public static bool TryFind(string nameOrAlias, [NotNullWhen(true)] out TransformerArchitecture? model) => Section.TryFind(nameOrAlias, out model);

    /// <summary>Up to three keys near to a name that was not found, nearest first.</summary>
    public static ImmutableArray<string> Suggest(string name) => Section.Suggest(name);
}
