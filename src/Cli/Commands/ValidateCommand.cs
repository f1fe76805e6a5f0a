using System.Collections.Immutable;
using System.CommandLine;
using LlmSim.Cli.Output;
using LlmSim.Cli.Output.Json;
using LlmSim.Cli.Output.Pages;
using LlmSim.Cli.Reports;
using LlmSim.Model.Cost;
using LlmSim.Validation.Comparison;
using LlmSim.Validation.Measurements;
using LlmSim.Validation.Published;

namespace LlmSim.Cli.Commands;

/// <summary><c>validate</c>: predictions held against measurements, the user's or the published ones that ship inside.</summary>
internal static class ValidateCommand
{
    /// <summary>Threads that price rows; the result is the same for any number.</summary>
    private const int Threads = 2;

    /// <summary>Problems of one file that are told in full.</summary>
    private const int MostProblems = 100;

    /// <summary>The command.</summary>
    public static Command Create(CommandHost host)
    {
        var options = new Choices();
        var command = new Command("validate", "Hold predictions against measurements, and say how far off they are")
        {
            options.Measurements, options.Efficiency, options.By, options.Worst, options.Csv, options.Report,
        };
        command.SetAction(parse => (int)Answer(host, parse, options));
        return command;
    }

    private static ExitCode Answer(CommandHost host, ParseResult parse, Choices options)
    {
        List<string> wrong = [];
        ImmutableArray<GroupKey> keys = Keys(parse.GetRequiredValue(options.By), wrong);
        int worst = parse.GetValue(options.Worst);
        if (worst < 0)
        {
            wrong.Add(Words.Invariant($"--worst is '{worst}': expected a whole number of at least 0"));
        }

        Efficiency? efficiency = EfficiencyOption.Read(parse.GetValue(options.Efficiency), out ImmutableArray<string> problems);
        wrong.AddRange(problems);
        string[] paths = parse.GetValue(options.Measurements) ?? [];
        bool isPublished = paths.Length == 0;
        ImmutableArray<MeasurementFile> files = isPublished ? PublishedTables.Read() : Files(paths, host, wrong);
        if (wrong.Count > 0)
        {
            return host.Refuse(wrong);
        }

        Tell(files, host.Error);
        MeasuredRow[] rows = [.. files.SelectMany(static file => file.Rows)];
        ImmutableArray<ComparedRow> compared = MeasurementComparison.Compare(rows, Predictors.All(efficiency), Threads, host.Cancellation);
        if (parse.GetValue(options.Csv) is string target && Failure(target, compared) is string failure)
        {
            return host.Refuse([failure]);
        }

        if (parse.GetValue(options.Report) is string document && ReportFailure(document, compared, rows, host) is string unwritten)
        {
            return host.Refuse([unwritten]);
        }

        AccuracyReport report = AccuracyReport.Of(compared, keys, worst);
        ImmutableArray<ToleranceResult> tolerances = isPublished ? Tolerances.Check(compared) : [];
        ExitCode code = tolerances.All(static result => result.IsWithin) ? ExitCode.Answer : ExitCode.Infeasible;
        if (GlobalOptions.IsJson(parse))
        {
            using var json = new JsonAnswer();
            return json.Accuracy(report, tolerances).Finish(host.Answer, code);
        }

        return host.Page(parse).Accuracy(report, files, tolerances).Finish(code);
    }

    private static ImmutableArray<GroupKey> Keys(string text, List<string> wrong)
    {
        var keys = ImmutableArray.CreateBuilder<GroupKey>();
        foreach (string name in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Distinct(StringComparer.Ordinal))
        {
            if (GroupKey.All.FirstOrDefault(key => key.Name == name) is GroupKey key)
            {
                keys.Add(key);
            }
            else
            {
                wrong.Add($"--by has '{name}': legal are {string.Join(", ", GroupKey.All.Select(static key => key.Name))}");
            }
        }

        return keys.ToImmutable();
    }

    private static ImmutableArray<MeasurementFile> Files(string[] paths, CommandHost host, List<string> wrong)
    {
        ImmutableArray<string> found = MeasurementSource.Find(paths, out ImmutableArray<RowProblem> missing);
        wrong.AddRange(missing.Select(static problem => problem.ToString()));
        (MeasurementFile? File, string? Failure)[] read =
        [
            .. found.AsParallel().AsOrdered().WithDegreeOfParallelism(Threads).WithCancellation(host.Cancellation).Select(static path => TryRead(path)),
        ];
        wrong.AddRange(read.Select(static file => file.Failure).OfType<string>());
        return [.. read.Select(static file => file.File).OfType<MeasurementFile>()];
    }

    private static (MeasurementFile? File, string? Failure) TryRead(string path)
    {
        try
        {
            return (MeasurementSource.Read(path), null);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return (null, $"{path}: cannot be read: {failure.Message}");
        }
    }

    /// <summary>Writes the rows; why that failed, or null.</summary>
    private static string? Failure(string path, ImmutableArray<ComparedRow> rows)
    {
        try
        {
            ComparisonTable.Write(path, rows);
            return null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return $"--csv {path}: cannot be written: {failure.Message}";
        }
    }

    /// <summary>Writes the document on accuracy; why that failed, or null.</summary>
    private static string? ReportFailure(string path, ImmutableArray<ComparedRow> compared, MeasuredRow[] rows, CommandHost host)
    {
        try
        {
            MeasuredRow[] kernels = [.. rows.Where(static row => row.Work is KernelWork)];
            AccuracyDocument.Write(path, compared, MeasurementComparison.Compare(kernels, [new KernelPredictor(null) { LeaveOut = true }], Threads, host.Cancellation));
            return null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return $"--report {path}: cannot be written: {failure.Message}";
        }
    }

    /// <summary>What is wrong with rows, by file and line; a file that is wrong throughout does not bury the others.</summary>
    private static void Tell(ImmutableArray<MeasurementFile> files, TextWriter error)
    {
        foreach (MeasurementFile file in files)
        {
            foreach (RowProblem problem in file.Problems.Take(MostProblems))
            {
                error.WriteLine(problem);
            }

            if (file.Problems.Length > MostProblems)
            {
                error.WriteLine(Words.Invariant($"{file.Path}: and {file.Problems.Length - MostProblems} more"));
            }
        }
    }

    /// <summary>The options of the command.</summary>
    private sealed class Choices
    {
        public Option<string[]> Measurements { get; } = new("--measurements")
        {
            Description = "Measurement files (.csv, .json, .jsonl), or folders that are searched for them; without it the published tables that ship inside",
            HelpName = "DIR|FILE",
            Arity = ArgumentArity.OneOrMore,
            AllowMultipleArgumentsPerToken = true,
        };

        public Option<string?> Efficiency { get; } = EfficiencyOption.Create("Price every row with this efficiency instead of that of its device");

        public Option<string> By { get; } = new("--by")
        {
            Description = "Group by any of " + string.Join(",", GroupKey.All.Select(static key => key.Name)),
            HelpName = "KEY,KEY",
            DefaultValueFactory = static _ => string.Join(",", GroupKey.Default.Select(static key => key.Name)),
        };

        public Option<int> Worst { get; } = new("--worst") { Description = "Show the N rows with the largest errors", HelpName = "N" };

        public Option<string?> Report { get; } = new("--report")
        {
            Description = "Write a document with tables and charts to this Markdown file, as docs/validation.md is",
            HelpName = "FILE",
        };

        public Option<string?> Csv { get; } = new("--csv") { Description = "Write every row with its prediction to this file", HelpName = "FILE" };
    }
}
