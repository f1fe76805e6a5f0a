using System.Collections.Immutable;

namespace LlmSim.Validation.Measurements.Serving;

/// <summary>Files that describe the server of a measurement beside them and measure nothing themselves.</summary>
public sealed class CompanionReader : IMeasurementReader
{
    private static readonly ImmutableArray<string> Names = ["meta.json", "config.json", ServerKeys.Sidecar];

    /// <inheritdoc/>
    public string Name => "server";

    /// <inheritdoc/>
    public string Title => "meta.json, config.json, server.json or NAME.server.json beside a result: settings of its server, no measurement";

    /// <inheritdoc/>
    public TableFormat Format => TableFormat.Json;

    /// <inheritdoc/>
    public ImmutableArray<MeasuredColumn> Columns => [];

    /// <inheritdoc/>
    public bool Reads(TableHead head) => 
        head.Format == Format
        && (Names.Contains(Path.GetFileName(head.Path), StringComparer.OrdinalIgnoreCase)
            || head.Path.EndsWith("." + ServerKeys.Sidecar, StringComparison.OrdinalIgnoreCase));

    /// <inheritdoc/>
    public IEnumerable<MeasuredRow> Read(MeasurementInput input) => [];
}
