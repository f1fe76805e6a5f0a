using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using LlmSim.Cli.Output;
using LlmSim.Cli.Output.Json;
using LlmSim.Cli.Output.Pages;
using LlmSim.Model.Cost;
using LlmSim.Model.Units;
using LlmSim.Planning.Scenarios;
using LlmSim.Schedules.Serving;
using LlmSim.Schedules.Training;
using LlmSim.Validation.Fitting;

namespace LlmSim.Cli.Commands;

/// <summary><c>fit SCENARIO --measured KEY=VALUE</c>: an efficiency that agrees with what the user's own run measured.</summary>
internal static class FitRun
{
    private static readonly ImmutableArray<string> TrainKeys = ["step_seconds", "tokens_per_second"];
    private static readonly ImmutableArray<string> ServeKeys = ["tpot", "ttft", "output_tokens_per_second"];

    /// <summary>Solves the constants and writes the efficiency.</summary>
    public static ExitCode Answer(CommandHost host, ParseResult parse, FitRequest request)
    {
        Question? question = Question.Read(request.Scenario!, [.. GlobalOptions.Overrides(parse)], out ImmutableArray<Problem> problems);
        if (question is null)
        {
            return host.Refuse(problems.Select(static problem => problem.ToString()));
        }

        Efficiency start = question is TrainQuestion train ? train.Job.Efficiency : ((ServeQuestion)question).Job.Efficiency;
        if (request.Efficiency is not null)
        {
            if (EfficiencyOption.Read(request.Efficiency, out ImmutableArray<string> wrong) is not { } stated)
            {
                return host.Refuse(wrong);
            }

            start = stated;
        }

        var mistakes = new List<string>();
        ImmutableArray<IRunTarget> targets = [.. request.Measured.Select(text => Target(question, text, mistakes, host.Cancellation)).OfType<IRunTarget>()];
        if (targets.IsEmpty && mistakes.Count == 0)
        {
            mistakes.Add($"llmsim: --measured is missing: legal are {string.Join(", ", KeysOf(question))}");
        }

        if (mistakes.Count > 0)
        {
            return host.Refuse(mistakes);
        }

        RunFitResult result = RunFit.Solve(start, targets);
        if (!result.Problems.IsEmpty)
        {
            return host.Refuse(result.Problems.Select(static problem => "llmsim: " + problem));
        }

        Efficiency fitted = result.Efficiency with
        {
            Name = Path.GetFileNameWithoutExtension(request.Out),
            FittedOn = [.. start.FittedOn, $"one run of {Path.GetFileName(request.Scenario)}: {string.Join(", ", request.Measured)}"],
        };
        if (EfficiencyFile.Write(request.Out, fitted) is { } failure)
        {
            return host.Refuse([failure]);
        }

        if (GlobalOptions.IsJson(parse))
        {
            using var json = new JsonAnswer();
            return json.RunFit(start, fitted, request.Out).Finish(host.Answer, ExitCode.Answer);
        }

        return host.Page(parse).RunFit(start, fitted, request.Out).Finish(ExitCode.Answer);
    }

    private static ImmutableArray<string> KeysOf(Question question) => question is TrainQuestion ? TrainKeys : ServeKeys;

    private static IRunTarget? Target(Question question, string text, List<string> mistakes, CancellationToken cancellation)
    {
        int equals = text.IndexOf('=', StringComparison.Ordinal);
        string key = equals < 0 ? text : text[..equals].Trim();
        key = key is "tpot_seconds" ? "tpot" : key is "ttft_seconds" ? "ttft" : key;
        if (equals < 0 || !KeysOf(question).Contains(key))
        {
            mistakes.Add($"llmsim: --measured '{text}': expected KEY=VALUE with a key of {string.Join(", ", KeysOf(question))}");
            return null;
        }

        string given = text[(equals + 1)..].Trim();
        double measured;
        if (key.EndsWith("per_second", StringComparison.Ordinal))
        {
            string number = given.Replace("tokens/s", string.Empty, StringComparison.Ordinal).Trim();
            if (!double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out measured) || !(measured > 0) || double.IsInfinity(measured))
            {
                mistakes.Add($"llmsim: --measured {key}: '{given}' is not a rate above zero such as '5200 tokens/s'");
                return null;
            }
        }
        else if (!QuantityText.TryParse(given, out Seconds time, out string error) || time <= Seconds.Zero)
        {
            mistakes.Add($"llmsim: --measured {key}: {(error.Length > 0 ? error : $"'{given}' must be above zero")}");
            return null;
        }
        else
        {
            measured = time.Value;
        }

        return question switch
        {
            TrainQuestion train => new RunTarget<TrainingConstants>(
                key, measured, "training", "gemm_factor", static e => e.Training, static (e, row) => e with { Training = row }, e => Predict(train.Job with { Efficiency = e }, key)),
            ServeQuestion serve => new RunTarget<ServingHostConstants>(
                key, measured, "serving_host", key == "ttft" ? "per_prefill" : "device_factor", static e => e.ServingHost, static (e, row) => e with { ServingHost = row },
                e => Predict(serve with { Job = serve.Job.With(e) }, key, cancellation)),
            _ => throw new InvalidOperationException($"No fit for {question.GetType().Name}."),
        };
    }

    private static double Predict(TrainJob job, string key)
    {
        TrainResult result = TrainStep.Simulate(job);
        return key == "step_seconds" ? result.Step.Value : result.TokensPerSecond;
    }

    private static double Predict(ServeQuestion question, string key, CancellationToken cancellation)
    {
        ServeResult result = question.Predict(cancellation).Result;
        return key switch
        {
            "tpot" => result.Tpot?.Mean.Value ?? double.NaN,
            "ttft" => result.Ttft?.Mean.Value ?? double.NaN,
            _ => result.OutputTokensPerSecond,
        };
    }
}
