using System.Collections.Immutable;
using System.Globalization;
using LlmSim.Model.Parallelism;
using LlmSim.Model.Units;

namespace LlmSim.Model.Memory;

/// <summary>
/// Says what would make a job fit that does not: single changes first, from the one that costs least; if none is enough, several together.
/// </summary>
public static class MemoryAdvice
{
    /// <summary>Changes that make a training step fit; empty where it fits already or nothing helps.</summary>
    /// <param name="input">The step.</param>
    /// <param name="capacity">Memory of one device.</param>
    /// <param name="devicesPerDomain">Devices that fast links join, beyond which tensor parallelism is not proposed.</param>
    public static ImmutableArray<MemoryChange<TrainMemoryInput>> ForTraining(
        TrainMemoryInput input, Bytes capacity, int devicesPerDomain = 8) => Search(
        input,
        capacity,
        candidate => TrainMemory.Peak(candidate, capacity).Total,
        candidate => TrainingChanges.Of(candidate, devicesPerDomain),
        candidate => LayoutRules.IsLegal(
            LayoutRules.Check(candidate.Layout, candidate.Architecture, batch: new BatchFacts { Sequence = candidate.Sequence })));

    /// <summary>Changes that make a server fit; empty where it fits already or nothing helps.</summary>
    /// <param name="input">The server.</param>
    /// <param name="memory">Memory of one device.</param>
    /// <param name="devicesPerDomain">Devices that fast links join, beyond which tensor parallelism is not proposed.</param>
    public static ImmutableArray<MemoryChange<ServeMemoryInput>> ForServing(ServeMemoryInput input, Bytes memory, int devicesPerDomain = 8) => Search(
        input,
        memory,
        candidate => Enumerable.Range(0, candidate.Layout.Pipeline)
            .Aggregate(Bytes.Zero, (most, stage) => Bytes.Max(most, ServeMemory.OfStage(candidate, stage, memory).Account.Total)),
        candidate => ServingChanges.Of(candidate, devicesPerDomain),
        candidate => LayoutRules.IsLegal(LayoutRules.Check(candidate.Layout, candidate.Architecture)));

    private static ImmutableArray<MemoryChange<T>> Search<T>(
        T input, Bytes capacity, Func<T, Bytes> need, Func<T, IEnumerable<(string Change, T Input)>> changes, Func<T, bool> isLegal)
    {
        Bytes before = need(input);
        if (before <= capacity)
        {
            return [];
        }

        string opening = string.Create(CultureInfo.InvariantCulture, $"needs {Gibibytes(before)} GiB of {Gibibytes(capacity)}; ");
        ImmutableArray<MemoryChange<T>> single =
        [
            .. changes(input)
                .Where(candidate => isLegal(candidate.Input))
                .Select(candidate => (candidate.Change, candidate.Input, Needs: need(candidate.Input)))
                .Where(candidate => candidate.Needs <= capacity)
                .Select(candidate => Describe(candidate.Change, candidate.Input, candidate.Needs, opening)),
        ];
        return single.Length > 0 ? single : Together(input, before, capacity, opening, need, changes, isLegal);
    }

    /// <summary>Takes one change after another as long as each lowers the need, and starts over from the changed job until it fits.</summary>
    private static ImmutableArray<MemoryChange<T>> Together<T>(
        T input,
        Bytes before,
        Bytes capacity,
        string opening,
        Func<T, Bytes> need,
        Func<T, IEnumerable<(string Change, T Input)>> changes,
        Func<T, bool> isLegal)
    {
        const int MostChanges = 12;
        const double WorthIt = 0.98;
        var taken = new List<string>();
        T current = input;
        Bytes needs = before;
        while (taken.Count < MostChanges)
        {
            (string Change, T Input, Bytes Needs)[] helpful =
            [
                .. changes(current)
                    .Where(candidate => isLegal(candidate.Input))
                    .Select(candidate => (candidate.Change, candidate.Input, Needs: need(candidate.Input)))
                    .Where(candidate => candidate.Needs < needs * WorthIt),
            ];
            if (helpful.Length == 0)
            {
                return [];
            }

            (string change, current, needs) = helpful.FirstOrDefault(candidate => candidate.Needs <= capacity, helpful[0]);
            taken.Add(change);
            if (needs <= capacity)
            {
                return [Describe(string.Join(", ", taken), current, needs, opening)];
            }
        }

        return [];
    }

    private static MemoryChange<T> Describe<T>(string change, T input, Bytes needs, string opening) =>
        new(change, input, needs, string.Create(CultureInfo.InvariantCulture, $"{opening}{change} fits ({Gibibytes(needs)} GiB)"));

    private static string Gibibytes(Bytes bytes) => (bytes / Bytes.Gibibytes(1)).ToString("0.#", CultureInfo.InvariantCulture);
}
