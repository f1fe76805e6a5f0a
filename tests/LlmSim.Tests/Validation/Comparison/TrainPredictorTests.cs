using LlmSim.Tests.Validation.Measurements.Training;
using LlmSim.Validation.Comparison;
using LlmSim.Validation.Measurements;
using Xunit;

namespace LlmSim.Tests.Validation.Comparison;

/// <summary>Every metric of a step is the same step, counted as papers count.</summary>
public sealed class TrainPredictorTests
{
    private const double Layers = 48, Hidden = 6144, Vocabulary = 51200, Sequence = 2048, Batch = 4, Devices = 8;

    [Fact]
    public void All_metrics_are_one_step_seen_differently()
    {
        const string Line = "korthikanti,a100-sxm-80gb,,gpt-22b,2048,8,8,1,1,1,4,4,1f1b,full,0,0,fp16,0,";
        string[] metrics =
            ["seconds_per_step", "samples_per_gpu_per_second", "tokens_per_gpu_per_second", "model_tflops_per_gpu", "hardware_tflops_per_gpu"];
        MeasurementFile file = TrainingStepsReaderTests.Read([.. metrics.Select(static metric => Line + metric + ",1")]);
        double[] values = [.. file.Rows.Select(static row => new TrainPredictor(null).Predict(row).Value)];

        double seconds = values[0];
        double classic = Batch * Layers * Sequence * Hidden * Hidden;
        Assert.Equal(Batch / seconds / Devices, values[1], 1e-9 * values[1]);
        Assert.Equal(Batch * Sequence / seconds / Devices, values[2], 1e-9 * values[2]);

        // Narayanan 2021, section 5.1: 72·B·L·s·h²·(1 + s/6h + V/12hL), and 96·(… V/16hL) where the layers run forward twice.
        double model = 72 * classic * (1 + (Sequence / (6 * Hidden)) + (Vocabulary / (12 * Hidden * Layers)));
        double hardware = 96 * classic * (1 + (Sequence / (6 * Hidden)) + (Vocabulary / (16 * Hidden * Layers)));
        Assert.Equal(model / seconds / Devices / 1e12, values[3], 1e-6 * values[3]);
        Assert.Equal(hardware / seconds / Devices / 1e12, values[4], 1e-6 * values[4]);
    }

    [Fact]
    public void A_band_holds_its_prediction_for_times_and_rates_alike()
    {
        const string Line = "korthikanti,a100-sxm-80gb,,gpt-22b,2048,8,8,1,1,1,4,4,1f1b,full,0,0,fp16,0,";
        MeasurementFile file = TrainingStepsReaderTests.Read(
            Line + "seconds_per_step,1", Line + "tokens_per_gpu_per_second,1", Line + "peak_memory_gb,60");
        Assert.All(file.Rows, static row =>
        {
            Prediction prediction = new TrainPredictor(null).Predict(row);
            Assert.InRange(prediction.Value, prediction.Low, prediction.High);
            Assert.True(prediction.Low > 0 && prediction.High > prediction.Low);
        });
    }
}
