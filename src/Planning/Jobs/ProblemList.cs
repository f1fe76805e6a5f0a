using System.Collections.Immutable;
using LlmSim.Model.Catalog;
using LlmSim.Planning.Scenarios;

namespace LlmSim.Planning.Jobs;

/// <summary>Collects what is wrong with a scenario while its references are looked up and its parts are joined.</summary>
internal sealed class ProblemList
{
    private readonly ImmutableArray<Problem>.Builder _problems = ImmutableArray.CreateBuilder<Problem>();

    /// <summary>Everything found so far.</summary>
    internal ImmutableArray<Problem> Problems => _problems.ToImmutable();

    /// <summary>Adds a problem.</summary>
    internal void Add(Problem problem) => _problems.Add(problem);

    /// <summary>Adds problems.</summary>
    internal void AddRange(IEnumerable<Problem> problems) => _problems.AddRange(problems);

    /// <summary>Adds the problems of a record at the places of its keys.</summary>
    internal void AddRange(RecordContent content, IEnumerable<RecordProblem> problems) =>
        _problems.AddRange(problems.Select(problem => content.ProblemAt(problem.Path, $"'{content.Key}': {problem}")));
}
