using System.Collections.Immutable;

namespace LlmSim.Validation.Measurements.Kernels;

/// <summary>Kernel times that a paper states as a rate: TFLOP/s over the operations of the work.</summary>
internal static class MeasuredRate
{
    private const string Tflops = "tflops";
    private const double Tera = 1e12;

    /// <summary>The column.</summary>
    public static MeasuredColumn Column { get; } =
        new(Tflops, "TFLOP/s", false, "in place of seconds, as papers state it: operations of the work over its time", true);

    /// <summary>Whether a table has every required column, or the rate in place of the time.</summary>
    public static bool Reads(TableHead head, TableFormat format, ImmutableArray<MeasuredColumn> columns) =>
        head.Format == format && columns.All(column => !column.Required || head.Has(column.Name) || (column.Name == KernelColumns.Seconds && head.Has(Tflops)));

    /// <summary>The time of a row, in seconds.</summary>
    /// <param name="cells">The row.</param>
    /// <param name="flops">Operations of the work, as the paper counts them.</param>
    public static double Seconds(MeasuredCells cells, double flops) =>
        cells.Head.Has(KernelColumns.Seconds) ? cells.Measured(KernelColumns.Seconds) : flops / (Tera * cells.Measured(Tflops));
}
