using System.Collections.Immutable;
using LlmSim.Model.Cost;
using LlmSim.Model.Hardware;

namespace LlmSim.Model.Catalog;

/// <summary>The rule by which a device that nobody measured gets constants.</summary>
/// <remarks>
/// Constants are times and shares of the data sheet, so that they carry over as they are: first from a device of the same generation, else from the nearest
/// generation, whose error bands are then stretched. A change of memory on the same die costs nothing; a new generation costs about five points on matrix
/// products and more on attention, whose kernels are rewritten each time.
/// </remarks>
internal static class CarryOver
{
    /// <summary>Stretch of the bands, in logarithms, within a generation.</summary>
    private const double SameGeneration = 1.3;

    /// <summary>Stretch of the bands for each generation in between.</summary>
    private const double OtherGeneration = 2;

    /// <summary>Generations in the order of their years. Those whose kernels are written alike stand close.</summary>
    private static readonly ImmutableSortedDictionary<string, double> Order = ImmutableSortedDictionary.CreateRange(StringComparer.OrdinalIgnoreCase,
    [
        new KeyValuePair<string, double>("Volta", 0),
        new("Turing", 1),
        new("Ampere", 2),
        new("Ada", 3.4),
        new("Hopper", 4),
        new("Blackwell", 5),
        new("Blackwell Ultra", 5.2),
    ]);

    /// <summary>The place of a generation that is not in the order: other makers' kernels are as far from all as a generation, and nearest to Hopper's.</summary>
    private const double Elsewhere = 4.5;

    /// <summary>The constants for a device from those of measured ones, at least one.</summary>
    public static Efficiency To(Accelerator accelerator, ImmutableArray<Efficiency> measured)
    {
        double place = Order.GetValueOrDefault(accelerator.Generation, Elsewhere);
        Efficiency nearest = measured.MinBy(e => Math.Abs(Order.GetValueOrDefault(e.Generation, Elsewhere) - place))!;
        bool same = string.Equals(nearest.Generation, accelerator.Generation, StringComparison.OrdinalIgnoreCase);
        string rule = same ? $"of the same generation, {accelerator.Generation}"
            : Order.ContainsKey(accelerator.Generation) ? $"nearest measured generation to {accelerator.Generation}" : $"generation {accelerator.Generation} has no measured relative";
        return nearest with
        {
            CarriedFrom = $"{nearest.Name} ({rule}): times and shares of the data sheet are kept, error bands are wider",
            Widening = same ? SameGeneration : OtherGeneration,
        };
    }
}
