using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace LlmSim.Model.Catalog;

/// <summary>Reads one record of a catalog folder; on failure <paramref name="problems"/> lists everything that is wrong with it.</summary>
public delegate bool RecordParser<T>(JsonElement json, [NotNullWhen(true)] out T? record, out ImmutableArray<RecordProblem> problems);

/// <summary>The records of one catalog folder, embedded as one JSON file each; a file is parsed when its record is first asked for.</summary>
/// <remarks>A name is found whatever its case, with '_' or ' ' for '-', by its key or by an alias of <c>aliases/FOLDER.json</c>.</remarks>
public sealed class CatalogSection<T>
    where T : class
{
    private readonly ImmutableDictionary<string, Lazy<T>> _records;
    private readonly Lazy<ImmutableSortedDictionary<string, string>> _aliases;

    /// <summary>Indexes a folder without parsing any file of it.</summary>
    public CatalogSection(string folder, RecordParser<T> parse)
    {
        _records = CatalogFiles.In(folder).ToImmutableDictionary(
            static path => Path.GetFileNameWithoutExtension(path), path => new Lazy<T>(() => Load(path, parse)), StringComparer.Ordinal);
        Names = [.. _records.Keys.Order(StringComparer.Ordinal)];
        _aliases = new(() => CatalogFiles.ReadPairs($"aliases/{folder}.json")
            .ToImmutableSortedDictionary(static alias => Normal(alias.Key), static alias => alias.Value, StringComparer.Ordinal));
    }

    /// <summary>The key of every record, in ordinal order.</summary>
    public ImmutableArray<string> Names { get; }

    /// <summary>Further names that lead to a record, by their normal spelling.</summary>
    public ImmutableSortedDictionary<string, string> Aliases => _aliases.Value;

    /// <summary>The record of a key or alias, or false where there is none; <see cref="Suggest"/> then has the nearest names.</summary>
    public bool TryFind(string name, [NotNullWhen(true)] out T? record)
    {
        string key = Normal(name);
        bool found = _records.TryGetValue(key, out Lazy<T>? entry)
            || (Aliases.TryGetValue(key, out string? target) && _records.TryGetValue(target, out entry));
        record = found ? entry!.Value : null;
        return found;
    }

    /// <summary>The record of a key or alias that the program itself relies on.</summary>
    /// <exception cref="KeyNotFoundException">There is none; for names that a user gives, ask <see cref="TryFind"/>.</exception>
    public T Find(string name) => TryFind(name, out T? record)
        ? record
        : throw new KeyNotFoundException($"the catalog has no '{name}'{FieldText.Legal(name, Names)}");

    /// <summary>Up to three keys near to a name that was not found, nearest first.</summary>
    public ImmutableArray<string> Suggest(string name)
    {
        IEnumerable<string> spellings = Names.Concat(Aliases.Keys);
        return [.. NearestName.Suggest(Normal(name), spellings, 9).Select(near => Aliases.GetValueOrDefault(near, near)).Distinct().Take(3)];
    }

    /// <summary>How the catalog spells a name: lower case, with '-' for '_' and ' '.</summary>
    internal static string Normal(string name) => name.Trim().ToLowerInvariant().Replace('_', '-').Replace(' ', '-');

    private static T Load(string path, RecordParser<T> parse)
    {
        using JsonDocument document = CatalogFiles.Parse(path);
        return parse(document.RootElement, out T? record, out ImmutableArray<RecordProblem> problems)
            ? record
            : throw new InvalidDataException($"{path}: " + string.Join("; ", problems));
    }
}
