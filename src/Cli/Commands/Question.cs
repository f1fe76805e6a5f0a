using System.Collections.Concurrent;
using System.Collections.Immutable;
using LlmSim.Model.Calibration;
using LlmSim.Planning.Jobs;
using LlmSim.Planning.Scenarios;
using LlmSim.Schedules.Fleet;
using LlmSim.Schedules.Serving;
using LlmSim.Schedules.Serving.Results;
using LlmSim.Schedules.Traffic;
using LlmSim.Schedules.Training;
using LlmSim.Schedules.Training.Runs;

namespace LlmSim.Cli.Commands;

/// <summary>A scenario file with its references looked up: what the simulators can be asked.</summary>
/// <param name="Title">What the author calls it; null where the file does not say.</param>
/// <param name="Notes">Remarks on its assumptions.</param>
internal abstract record Question(string? Title, ImmutableArray<string> Notes)
{
    /// <summary>Kind of the question in answers.</summary>
    public abstract string Kind { get; }

    /// <summary>Reads a file and its overrides; null where there are problems.</summary>
    public static Question? Read(string path, ImmutableArray<string> overrides, out ImmutableArray<Problem> problems)
    {
        ImmutableArray<string> notes = [];
        switch (ScenarioReader.Read(path, overrides, out problems))
        {
            case TrainScenario train:
                TrainJob? trainJob = ScenarioJobs.Bind(train, out problems, out notes);
                return trainJob is null ? null : WithRun(train, trainJob, notes, out problems);
            case ServeScenario serve:
                ServeJob? serveJob = ScenarioJobs.Bind(serve, out problems, out notes);
                return serveJob is null ? null : WithFleet(serve, serveJob, notes, out problems);
            default:
                return null;
        }
    }

    private static ServeQuestion? WithFleet(ServeScenario scenario, ServeJob job, ImmutableArray<string> notes, out ImmutableArray<Problem> problems)
    {
        FleetJob? fleet = FleetBinding.Bind(scenario, job, out problems);
        return problems.IsEmpty ? new ServeQuestion(scenario.Title, notes, job, scenario) { Fleet = fleet } : null;
    }

    private static TrainQuestion? WithRun(TrainScenario scenario, TrainJob job, ImmutableArray<string> notes, out ImmutableArray<Problem> problems)
    {
        RunJob? run = RunBinding.Bind(scenario, job, out problems, out ImmutableArray<string> more);
        return problems.IsEmpty ? new TrainQuestion(scenario.Title, notes.AddRange(more), job, run) : null;
    }
}

/// <summary>A question about training.</summary>
/// <param name="Title">What the author calls it.</param>
/// <param name="Notes">Remarks on its assumptions.</param>
/// <param name="Job">The step.</param>
/// <param name="Run">The whole run; null where none is asked for.</param>
internal sealed record TrainQuestion(string? Title, ImmutableArray<string> Notes, TrainJob Job, RunJob? Run) : Question(Title, Notes)
{
    /// <inheritdoc/>
    public override string Kind => "train";
}

/// <summary>A question about serving.</summary>
/// <param name="Title">What the author calls it.</param>
/// <param name="Notes">Remarks on its assumptions.</param>
/// <param name="Job">The server.</param>
/// <param name="Scenario">The file, which knows its traffic.</param>
internal sealed record ServeQuestion(string? Title, ImmutableArray<string> Notes, ServeJob Job, ServeScenario Scenario) : Question(Title, Notes)
{
    /// <inheritdoc/>
    public override string Kind => "serve";

    /// <summary>The fleet; null where replicas are always there.</summary>
    public FleetJob? Fleet { get; init; }

    /// <summary>Replays the scenario's traffic on the fleet.</summary>
    public FleetPrediction Predict(FleetJob fleet, Action<RequestOutcome>? observe, CancellationToken cancellation)
    {
        using OpenedTraffic traffic = ScenarioJobs.OpenTraffic(Scenario);
        return FleetRun.Simulate(fleet, traffic.Source, observe, cancellation);
    }

    /// <summary>Replays the scenario's traffic.</summary>
    public ServePrediction Predict(CancellationToken cancellation) => Predict(ServeWatch.None, cancellation);

    /// <summary>The same while <paramref name="watch"/> looks on.</summary>
    public ServePrediction Predict(ServeWatch watch, CancellationToken cancellation)
    {
        using OpenedTraffic traffic = ScenarioJobs.OpenTraffic(Scenario);
        return ServeRun.Simulate(Job, traffic.Source, watch, cancellation);
    }

    /// <summary>How sure a prediction of this scenario is.</summary>
    public ServeBands Bands(ServePrediction prediction, CancellationToken cancellation) =>
        WithTraffic(open => ServeBands.Of(prediction, open, PredictionBand.Draws, cancellation));

    /// <summary>How sure a prediction of this scenario's fleet is.</summary>
    public ServeBands Bands(FleetPrediction prediction, CancellationToken cancellation) =>
        WithTraffic(open => FleetRun.Bands(prediction, open, PredictionBand.Draws, cancellation));

    /// <summary>Asks something that opens the traffic anew as often as it likes.</summary>
    private ServeBands WithTraffic(Func<Func<IRequestSource>, ServeBands> ask)
    {
        var opened = new ConcurrentBag<OpenedTraffic>();
        try
        {
            return ask(Open);
        }
        finally
        {
            foreach (OpenedTraffic traffic in opened)
            {
                traffic.Dispose();
            }
        }

        IRequestSource Open()
        {
            OpenedTraffic traffic = ScenarioJobs.OpenTraffic(Scenario);
            opened.Add(traffic);
            return traffic.Source;
        }
    }
}
