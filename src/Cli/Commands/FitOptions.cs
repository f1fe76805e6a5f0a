using System.Collections.Immutable;
using System.CommandLine;

namespace LlmSim.Cli.Commands;

/// <summary>What a fit was asked for.</summary>
/// <param name="Scenario">Scenario file; null for a fit on tables.</param>
/// <param name="Measurements">Files and folders of tables.</param>
/// <param name="Device">Accelerator of the tables.</param>
/// <param name="Measured">What a run of the scenario measured, as KEY=VALUE.</param>
/// <param name="Efficiency">Where to start; null for the catalog's.</param>
/// <param name="Held">Paths of constants that keep their values.</param>
/// <param name="Out">File to write.</param>
/// <param name="Force">Whether it may be overwritten.</param>
internal sealed record FitRequest(
    string? Scenario, string[] Measurements, string? Device, string[] Measured, string? Efficiency, ImmutableSortedSet<string> Held, string Out, bool Force);

/// <summary>The options of <c>fit</c>.</summary>
internal sealed class FitOptions
{
    private readonly Argument<string?> _scenario = new("SCENARIO") { Description = "A scenario whose run was measured", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<string[]> _measurements = Several("--measurements", "DIR|FILE", "Tables of measured kernels; folders are searched");
    private readonly Option<string?> _device = new("--device") { Description = "Accelerator whose rows are read", HelpName = "NAME" };
    private readonly Option<string[]> _measured = Several("--measured", "KEY=VALUE", "What a run of the scenario measured, such as step_seconds=13.2s, tpot=9.1ms or ttft=60ms");
    private readonly Option<string?> _efficiency = EfficiencyOption.Create("Where to start; the catalog's otherwise");
    private readonly Option<string[]> _held = Several("--hold", "PATH", "Constants that keep their values, such as gemm.bf16.split_time; may end at a row or a family");
    private readonly Option<string> _out = new("--out") { Description = "File to write, a record of an efficiency", HelpName = "FILE", Required = true };
    private readonly Option<bool> _force = new("--force") { Description = "Overwrite the file" };

    /// <summary>Adds them to the command.</summary>
    public void AddTo(Command command)
    {
        command.Add(_scenario);
        foreach (Option option in (Option[])[_measurements, _device, _measured, _efficiency, _held, _out, _force, GlobalOptions.Set()])
        {
            command.Add(option);
        }
    }

    /// <summary>What was asked for.</summary>
    public FitRequest Read(ParseResult parse) => new(
        parse.GetValue(_scenario), parse.GetValue(_measurements) ?? [], parse.GetValue(_device), parse.GetValue(_measured) ?? [], parse.GetValue(_efficiency),
        ImmutableSortedSet.CreateRange(StringComparer.Ordinal, parse.GetValue(_held) ?? []), parse.GetRequiredValue(_out), parse.GetValue(_force));

    private static Option<string[]> Several(string name, string help, string description) =>
        new(name) { Description = description, HelpName = help, AllowMultipleArgumentsPerToken = true };
}
