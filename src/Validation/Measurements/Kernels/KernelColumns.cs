namespace LlmSim.Validation.Measurements.Kernels;

/// <summary>Columns that all tables of kernel times share.</summary>
internal static class KernelColumns
{
    /// <summary>Name of the measured column, and of the metric.</summary>
    public const string Seconds = "seconds";

    /// <summary>The device.</summary>
    public static MeasuredColumn Gpu { get; } = new("gpu", string.Empty, true, "device, by catalog key or alias");

    /// <summary>The format of the arithmetic.</summary>
    public static MeasuredColumn Dtype { get; } = new("dtype", string.Empty, true, "number format, such as bf16, fp8, fp8-block, nvfp4, w4a16-mxfp4");

    /// <summary>The format of the cache.</summary>
    public static MeasuredColumn CacheDtype { get; } = new("kv_dtype", string.Empty, false, "number format of the key-value cache; blank: that of dtype");

    /// <summary>The measured time.</summary>
    public static MeasuredColumn Time { get; } = new(Seconds, "s", true, "time of one call on a busy device", true);

    /// <summary>The software.</summary>
    public static MeasuredColumn Stack { get; } = new("stack", string.Empty, false, "software and version; for grouping");

    /// <summary>A required count.</summary>
    public static MeasuredColumn Size(string name, string unit, string meaning) => new(name, unit, true, meaning);

    /// <summary>A count that may be left out.</summary>
    public static MeasuredColumn Option(string name, string unit, string meaning) => new(name, unit, false, meaning);
}
