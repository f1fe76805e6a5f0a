using System.Collections.Immutable;
using LlmSim.Model.Hardware;

namespace LlmSim.Model.Catalog;

/// <summary>Owns what one reading of a record found: its problems and the source of each figure.</summary>
internal sealed class FigureLog(string defaultSource)
{
    private readonly List<RecordProblem> _problems = [];
    private readonly SortedDictionary<string, Figure> _figures = new(StringComparer.Ordinal);
    /// <summary>The doubted keys, and whether a figure was met that each names.</summary>
    private readonly SortedDictionary<string, bool> _unverified = new(StringComparer.Ordinal);
    private string _source = defaultSource;
    private bool _verified;

    public IReadOnlyList<RecordProblem> Problems => _problems;

    public ImmutableSortedDictionary<string, Figure> Figures => _figures.ToImmutableSortedDictionary(StringComparer.Ordinal);

    public void Report(string path, string message) => _problems.Add(new RecordProblem(path, message));

    /// <summary>The source of every figure that names none of its own; without one, no figure counts as verified.</summary>
    public void Default(string source)
    {
        _source = source;
        _verified = true;
    }

    /// <summary>Marks a figure, or all figures below a key, as unverified.</summary>
    public void Doubt(string key) => _unverified[key] = false;

    public void Add(string path, string? source, bool? verified)
    {
        bool believed = (source is not null || _verified) && !Doubted(path);
        _figures[path] = new Figure(source ?? _source, verified ?? believed);
    }

    public void Cite(string path, Figure figure) => _figures[path] = Doubted(path) ? figure with { Verified = false } : figure;

    public void Assume(string path, string reason) => _figures[path] = new Figure("assumed: " + reason, false);

    /// <summary>Reports the entries of the list of doubts that name no figure of the record.</summary>
    public void ReportIdleDoubts()
    {
        foreach (string key in _unverified.Where(static entry => !entry.Value).Select(static entry => entry.Key))
        {
            string? near = NearestName.Find(key, _figures.Keys);
            Report("unverified", $"'{key}' names no figure of this record" + (near is null ? string.Empty : $"; did you mean '{near}'?"));
        }
    }

    /// <summary>Whether the list of doubts names this figure or a key above it; notes the entry as used.</summary>
    private bool Doubted(string path)
    {
        bool doubted = false;
        foreach (string key in _unverified.Keys.ToList())
        {
            if (path == key || path.StartsWith(key + ".", StringComparison.Ordinal))
            {
                _unverified[key] = true;
                doubted = true;
            }
        }

        return doubted;
    }
}
