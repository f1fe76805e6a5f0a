namespace LlmSim.Validation.Measurements.Training;

/// <summary>What tables of training steps measure; each value is in the unit that its name says.</summary>
public static class StepMetrics
{
    /// <summary>Time of one optimiser step.</summary>
    public const string Seconds = "seconds_per_step";

    /// <summary>Operations that each device runs in a second, recomputed ones included, in units of 1e12.</summary>
    public const string HardwareTeraflops = "hardware_tflops_per_gpu";

    /// <summary>The model's own operations that each device does in a second, in units of 1e12.</summary>
    public const string ModelTeraflops = "model_tflops_per_gpu";

    /// <summary>Sequences trained in a second, divided by the devices.</summary>
    public const string Samples = "samples_per_gpu_per_second";

    /// <summary>Tokens trained in a second, divided by the devices.</summary>
    public const string Tokens = "tokens_per_gpu_per_second";

    /// <summary>Peak of the fullest device as the framework's allocator reports it, in units of 1e9 bytes.</summary>
    public const string PeakMemory = "peak_memory_gb";

    /// <summary>Every metric, as messages list them.</summary>
    public static string Legal { get; } = string.Join(", ", HardwareTeraflops, ModelTeraflops, PeakMemory, Samples, Seconds, Tokens);

    /// <summary>Whether a table may measure this.</summary>
    public static bool IsKnown(string metric) => metric is Seconds or HardwareTeraflops or ModelTeraflops or Samples or Tokens or PeakMemory;
}
