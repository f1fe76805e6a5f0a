using System.Collections.Immutable;
using LlmSim.Validation.Measurements;

namespace LlmSim.Validation.Comparison;

/// <summary>A property by which rows are grouped in a report.</summary>
/// <param name="Name">Its name on the command line and in JSON.</param>
/// <param name="Of">Its value of a row, as written in the table.</param>
public sealed record GroupKey(string Name, Func<MeasuredRow, string> Of)
{
    /// <summary>Every property.</summary>
    public static ImmutableArray<GroupKey> All { get; } =
    [
        new("table", static row => row.Table),
        new("gpu", static row => row.Gpu),
        new("dtype", static row => row.Format),
        new("source", static row => row.Source),
        new("metric", static row => row.Metric),
        new("variant", static row => row.Variant),
    ];

    /// <summary>The properties by which rows are grouped unless others are asked for.</summary>
    public static ImmutableArray<GroupKey> Default { get; } = [.. All.Take(5)];
}
