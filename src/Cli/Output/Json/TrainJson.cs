using LlmSim.Model.Calibration;
using LlmSim.Model.Cost;
using LlmSim.Model.Memory;
using LlmSim.Schedules.Training;
using LlmSim.Schedules.Training.Runs;

namespace LlmSim.Cli.Output.Json;

/// <summary>The prediction of a training step for programs.</summary>
internal static class TrainJson
{
    /// <summary>Writes the prediction.</summary>
    public static JsonAnswer Prediction(this JsonAnswer json, TrainResult result, RunResult? run, PredictionBand band, IEnumerable<string> notes)
    {
        TrainJob job = result.Job;
        Spending spending = run?.Spending ?? TrainSpending.OfRun(result);
        return json
            .Text("kind", "train")
            .Flag("feasible", true)
            .Setting(job.Architecture, job.Cluster.Accelerator, job.Cluster.Devices, job.Layout, job.Efficiency)
            .Number("step_seconds", result.Step.Value)
            .Number("tokens_per_second", result.TokensPerSecond)
            .Number("model_flops_per_second_per_device", result.ModelRatePerDevice.Value)
            .Number("mfu", result.Mfu)
            .Number("hfu", result.Hfu)
            .Text("flops_convention", Words.Key(job.FlopsConvention))
            .Number("bubble_fraction", result.BubbleFraction)
            .Object("memory", o => o.Account(result.Memory))
            .Object("breakdown_seconds", o => o.Breakdown(result.Breakdown))
            .Cost(spending, isTraining: true)
            .Energy(spending, isTraining: true)
            .Object("run", o => _ = run is null ? o.Uninterrupted(result, spending) : o.WholeRun(run))
            .Object("pipeline", o => o
                .Text("schedule", job.Schedule)
                .Count("micro_batches", job.MicroBatches)
                .Number("replayed_seconds", result.Pipeline.Value)
                .Number("closed_form_seconds", result.ClosedForm.Value)
                .Number("stage_hop_seconds", result.StageHop.Value)
                .Count("parameter_copies", result.Schedule.ParameterCopies)
                .Numbers("peak_live_microbatches", [.. result.Replay.PeakLiveMicroBatchesByStage])
                .List("memory_by_stage", MemoryTimeline.Of(result), static (item, stage) => item
                    .Count("stage", stage.Stage)
                    .Number("peak_bytes", stage.Peak.Value)
                    .Number("peak_at_seconds", stage.PeakAt.SinceStart.Value)
                    .Number("standing_bytes", stage.Standing.Value)
                    .Number("activation_bytes", stage.PeakActivations.Value)))
            .Number("trained_parameters", TrainedSharding.Whole(job.Architecture, job.Parts))
            .Number("model_flops_per_step", result.ModelFlops.Value)
            .Number("hardware_flops_per_step", result.HardwareFlops.Value)
            .Number("tokens_per_step", job.TokensPerStep)
            .Object("bands", o => o
                .Band("step_seconds", band)
                .Band("tokens_per_second", new(job.TokensPerStep / band.High, job.TokensPerStep / band.Low))
                .Band("mfu", new(result.Mfu * result.Step.Value / band.High, result.Mfu * result.Step.Value / band.Low)))
            .Texts("notes", notes);
    }

    /// <summary>Steps, tokens and time where nothing interrupts the steps.</summary>
    private static JsonAnswer Uninterrupted(this JsonAnswer json, TrainResult result, Spending spending) => json
        .Number("steps", TrainSpending.Steps(result))
        .Number("tokens", spending.Tokens)
        .Number("seconds", spending.Time.Value);

    /// <summary>The parts of a step; they sum to it.</summary>
    public static JsonAnswer Breakdown(this JsonAnswer json, in StepBreakdown breakdown) => json
        .Parts(breakdown.Work)
        .Number("bubble", breakdown.Bubble.Value)
        .Number("optimizer", breakdown.Optimizer.Value);
}
