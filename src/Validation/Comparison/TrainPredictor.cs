using LlmSim.Model.Calibration;
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

    /// <summary>Peaks that papers print lie within 7 % of the account (Zero Bubble, table 4); a round figure, not a fit.</summary>
    private static readonly ErrorBand PeakBand = new(0.9, 1.1);

    /// <inheritdoc/>
    public bool Knows(MeasuredWork work) => work is TrainWork;

    /// <inheritdoc/>
    public Prediction Predict(MeasuredRow row)
    {
        var work = (TrainWork)row.Work!;
        if (row.Metric == StepMetrics.PeakMemory)
        {
            double peak = TrainMemory.Peak(work.Job.MemoryInput, work.Job.Cluster.Accelerator.Memory).AllocatorPeak.Value / Giga;
            return new(peak, peak * PeakBand.Low, peak * PeakBand.High);
        }

        TrainJob job = efficiency is null ? work.Job : work.Job with { Efficiency = efficiency };
        TrainResult result = TrainStep.Simulate(job);
        double value = Metric(row.Metric, result);
        PredictionBand step = TrainBands.Step(job, Predictors.Draws);
        (double low, double high) = (step.Low / result.Step.Value, step.High / result.Step.Value);
        return row.Metric == StepMetrics.Seconds ? new(value, value * low, value * high) : new(value, value / high, value / low);
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
