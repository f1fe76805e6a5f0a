using System.Collections.Immutable;
using System.CommandLine;
using LlmSim.Cli.Output;
using LlmSim.Cli.Output.Json;
using LlmSim.Cli.Output.Pages;
using LlmSim.Model.Catalog;
using LlmSim.Model.Cost;
using LlmSim.Model.Hardware;
using LlmSim.Validation.Fitting;
using LlmSim.Validation.Measurements;

namespace LlmSim.Cli.Commands;

/// <summary><c>fit --measurements … --device … --out FILE</c> and <c>fit SCENARIO --measured …</c>: an efficiency out of measurements.</summary>
internal static class FitCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CommandHost host)
    {
        var options = new FitOptions();
        var command = new Command("fit", "Fit the constants of an efficiency on measured kernels, or on one measured run of a scenario");
        options.AddTo(command);
        command.SetAction(parse => (int)Answer(host, parse, options.Read(parse)));
        return command;
    }

    private static ExitCode Answer(CommandHost host, ParseResult parse, FitRequest request)
    {
        bool onScenario = request.Scenario is not null;
        if (onScenario == request.Measurements.Length > 0)
        {
            return host.Refuse(["llmsim: fit needs either --measurements with tables of kernels, or a scenario with --measured"]);
        }

        if (File.Exists(request.Out) && !request.Force)
        {
            return host.Refuse([$"{request.Out}: exists; --force overwrites it"]);
        }

        return onScenario ? FitRun.Answer(host, parse, request) : OnTables(host, parse, request);
    }

    private static ExitCode OnTables(CommandHost host, ParseResult parse, FitRequest request)
    {
        if (request.Device is null || !HardwareCatalog.Accelerators.TryFind(request.Device, out Accelerator? device))
        {
            string near = request.Device is null ? string.Empty : $" '{request.Device}'; nearest are {string.Join(", ", HardwareCatalog.Accelerators.Suggest(request.Device))}";
            return host.Refuse([$"llmsim: --device names an accelerator of the catalog{near}"]);
        }

        if (Start(request, device, out Efficiency? start) is { IsEmpty: false } problems)
        {
            return host.Refuse(problems);
        }

        ImmutableArray<string> files = MeasurementSource.Find(request.Measurements, out ImmutableArray<RowProblem> missing);
        if (!missing.IsEmpty)
        {
            return host.Refuse(missing.Select(static problem => problem.ToString()));
        }

        var rows = ImmutableArray.CreateBuilder<MeasuredRow>();
        foreach (string path in files)
        {
            host.Cancellation.ThrowIfCancellationRequested();
            MeasurementFile file = MeasurementSource.Read(path);
            foreach (RowProblem problem in file.Problems)
            {
                host.Error.WriteLine(problem.ToString());
            }

            rows.AddRange(file.Rows.Where(row => IsOf(row, device)));
        }

        EfficiencyFitResult result = EfficiencyFit.Run(start!, rows.ToImmutable(), request.Held, host.Cancellation);
        if (result.Rows.All(static row => row.Record is null))
        {
            return host.Refuse([$"llmsim: nothing was fitted for {device.Name}:", .. result.Rows.Select(static row => $"  {row.Path}: {row.Refused}"), .. result.Unused.Select(static u => $"  {u.Value} rows: {u.Key}")]);
        }

        if (EfficiencyFile.Write(request.Out, result.Efficiency) is { } failure)
        {
            return host.Refuse([failure]);
        }

        if (GlobalOptions.IsJson(parse))
        {
            using var json = new JsonAnswer();
            return json.Fit(result, request.Out).Finish(host.Answer, ExitCode.Answer);
        }

        return host.Page(parse).Fit(result, request.Out).Finish(ExitCode.Answer);
    }

    /// <summary>The efficiency to start from: the stated one, else the device's own or its relative's, under the device's name.</summary>
    private static ImmutableArray<string> Start(FitRequest request, Accelerator device, out Efficiency? start)
    {
        ImmutableArray<string> problems = [];
        start = request.Efficiency is null ? EfficiencyCatalog.For(device) : EfficiencyOption.Read(request.Efficiency, out problems);
        if (start is null)
        {
            return problems;
        }

        start = start with { Name = Path.GetFileNameWithoutExtension(request.Out), Device = device.Name, Generation = device.Generation, CarriedFrom = null, Widening = 1 };
        return [];
    }

    private static bool IsOf(MeasuredRow row, Accelerator device) =>
        row.Work is KernelWork kernel ? kernel.Node.Accelerator.Name == device.Name : HardwareCatalog.Accelerators.TryFind(row.Gpu, out Accelerator? named) && named.Name == device.Name;
}
