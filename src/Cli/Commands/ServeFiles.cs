using System.Collections.Immutable;
using System.CommandLine;
using LlmSim.Cli.Output;
using LlmSim.Cli.Reports;
using LlmSim.Schedules.Serving;
using LlmSim.Schedules.Serving.Results;

namespace LlmSim.Cli.Commands;

/// <summary>The options of <c>run</c> that write down what happened in a serving run.</summary>
internal sealed class ServeFiles(Option<string?> trace)
{
    private readonly Option<string?> _requests = new("--requests")
    {
        Description = "Write every request of a serving run as a row of a CSV file",
        HelpName = "FILE",
    };

    private readonly Option<string?> _timeline = new("--timeline")
    {
        Description = "Write queue, batch, KV cache and rates of a serving run over time as a CSV file",
        HelpName = "FILE",
    };

    /// <summary>The options; the trace belongs to training too.</summary>
    public Option[] Options => [_requests, _timeline];

    /// <summary>Whether any of them was given.</summary>
    public bool AreAsked(ParseResult parse) => (parse.GetValue(_requests) ?? parse.GetValue(_timeline)) is not null;

    /// <summary>Whether something was asked for that a fleet, whose replicas come and go, does not have.</summary>
    public bool AreBeyondFleets(ParseResult parse) => (parse.GetValue(trace) ?? parse.GetValue(_timeline)) is not null;

    /// <summary>Runs a prediction and writes what was asked for; what could not be written is among <paramref name="failures"/>.</summary>
    public ServePrediction? Predict(ParseResult parse, ServeSettings settings, Func<ServeWatch, ServePrediction> predict, out ImmutableArray<string> failures)
    {
        var timeline = new ServeTimeline();
        ServePrediction? prediction = null;
        string? traceFailure = null;
        string? requestsFailure = With("--requests", parse.GetValue(_requests), ServeTables.Requests, table =>
            traceFailure = With("--trace", parse.GetValue(trace), path => new ServeTrace(path, settings.Replicas, settings.Classes), events =>
            {
                prediction = predict(new ServeWatch
                {
                    Timeline = events is null && parse.GetValue(_timeline) is null ? null : timeline,
                    Observe = table is null && events is null ? null : outcome =>
                    {
                        table?.Add(outcome, settings.Classes);
                        events?.Add(outcome);
                    },
                });
                events?.Finish(timeline);
            }));
        string? timelineFailure = prediction is not null && parse.GetValue(_timeline) is string path
            ? WholeFile.Failure("--timeline", path, target => ServeTables.Write(target, timeline)) : null;
        failures = [.. new[] { requestsFailure, traceFailure, timelineFailure }.OfType<string>()];
        return prediction;
    }

    /// <summary>Does something with a file that is kept only if all goes well, or without one where none was asked for.</summary>
    private static string? With<T>(string option, string? path, Func<string, T> open, Action<T?> act)
        where T : class, IDisposable
    {
        if (path is null)
        {
            act(null);
            return null;
        }

        return WholeFile.Failure(option, path, target =>
        {
            using T file = open(target);
            act(file);
        });
    }
}
