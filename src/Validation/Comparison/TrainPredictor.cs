using LlmSim.Model.Cost;
using LlmSim.Model.Memory;
using LlmSim.Schedules.Training;
using LlmSim.Validation.Measurements;
using LlmSim.Validation.Measurements.Training;

namespace LlmSim.Validation.Comparison;

/// <summary>Prices whole training steps by the simulation that every run uses.</summary>
/// <param name="efficiency">Prices the work of every device; null for each device's own from the catalog.</param>
public sealed class TrainPredictor(Efficiency? efficiency) : IPredictor
{
    private const double Tera = 1e12;
    private const double Giga = 1e9;

    /// <inheritdoc/>
    public bool Knows(MeasuredWork work) => work is TrainWork;

    /// <inheritdoc/>
    public Prediction Predict(MeasuredRow row)
    {
        var work = (TrainWork)row.Work!;
        if (row.Metric == StepMetrics.PeakMemory)
        {
            double peak = TrainMemory.Peak(work.MemoryInput, work.Job.Cluster.Accelerator.Memory).AllocatorPeak.Value / Giga;
            return new(peak, peak, peak);
        }

        TrainJob job = efficiency is null ? work.Job : work.Job with { Efficiency = efficiency };
        double value = Metric(row.Metric, TrainStep.Simulate(job));
        return new(value, value, value);
    }

    private static double Metric(string metric, TrainResult result) => metric switch
    {
        StepMetrics.Seconds => result.Step.Value,
        StepMetrics.HardwareTeraflops => result.HardwareFlops.Value / result.Step.Value / result.Job.Cluster.Devices / Tera,
        StepMetrics.ModelTeraflops => result.ModelRatePerDevice.Value / Tera,
        StepMetrics.Samples => result.Job.GlobalBatch / result.Step.Value / result.Job.Cluster.Devices,
        StepMetrics.Tokens => result.TokensPerSecond / result.Job.Cluster.Devices,
        _ => throw new ArgumentOutOfRangeException(nameof(metric), metric, "No such metric of a step."),
    };
}
