using System.Collections.Immutable;
using LlmSim.Model.Calibration;
using LlmSim.Model.Cost;
using LlmSim.Model.Hardware;

namespace LlmSim.Model.Catalog;

/// <summary>The rule by which a device that nobody measured gets constants.</summary>
/// <remarks>
/// A device of a measured generation takes that one's constants: times and shares of the data sheet hold on the same die. Otherwise times come from the nearest
/// generation, since launches and latencies change with the software of the day, and shares of peaks are the geometric mean over all measured generations,
/// since one generation says little about how well the next one will be used. Attention goes by the kernels that run: devices without FlashAttention-3 or
/// data-center Blackwell kernels run FlashAttention-2, as measured on Ampere; times that only one
/// library's kernels have stay with them. Tested by leaving each measured device out: docs/validation.md.
/// </remarks>
internal static class CarryOver
{
    /// <summary>Stretch of the bands, in logarithms, within a generation.</summary>
    private const double SameGeneration = 1.3;

    /// <summary>Stretch of the bands between generations, beside the drift of each operator family.</summary>
    private const double OtherGeneration = 1.5;

    private const string Ampere = "Ampere";
    private const string Blackwell = "Blackwell";

    /// <summary>Generations in the order of their years. Those whose kernels are written alike stand close.</summary>
    private static readonly ImmutableSortedDictionary<string, double> Order = ImmutableSortedDictionary.CreateRange(StringComparer.OrdinalIgnoreCase,
    [
        new KeyValuePair<string, double>("Volta", 0),
        new("Turing", 1),
        new(Ampere, 2),
        new("Ada", 3.4),
        new("Hopper", 4),
        new(Blackwell, 5),
        new("Blackwell Ultra", 5.2),
    ]);

    /// <summary>The place of a generation that is not in the order: other makers' kernels are as far from all as a generation, and nearest to Hopper's.</summary>
    private const double Elsewhere = 4.4;

    /// <summary>The constants for a device from those of measured ones, at least one.</summary>
    public static Efficiency To(Accelerator accelerator, ImmutableArray<Efficiency> measured)
    {
        double place = Order.GetValueOrDefault(accelerator.Generation, Elsewhere);
        Efficiency nearest = measured.MinBy(e => Math.Abs(Order.GetValueOrDefault(e.Generation, Elsewhere) - place))!;
        bool same = string.Equals(nearest.Generation, accelerator.Generation, StringComparison.OrdinalIgnoreCase);
        string rule = same ? $"of the same generation, {accelerator.Generation}; times and shares of the data sheet are kept"
            : Order.ContainsKey(accelerator.Generation) ? $"nearest measured generation to {accelerator.Generation}; times are kept, shares are the mean of all generations"
            : $"generation {accelerator.Generation} has no measured relative; times are kept, shares are the mean of all generations";
        Efficiency carried = same ? nearest : nearest with
        {
            Gemm = Mean(nearest.Gemm, measured, static e => e.Gemm),
            PrefillAttention = Attention(static e => e.PrefillAttention),
            DecodeAttention = Attention(static e => e.DecodeAttention),
        };
        if (RunsFlashAttention2(accelerator) && measured.FirstOrDefault(static e => e.Generation == Ampere) is { } older && nearest.Generation != Ampere)
        {
            carried = carried with { DecodeAttention = older.DecodeAttention, PrefillAttention = older.PrefillAttention };
            rule += $", attention is that of {older.Name}, which runs the same kernels";
        }

        return carried with
        {
            CarriedFrom = $"{nearest.Name} ({rule}); error bands are wider",
            Widening = same ? SameGeneration : OtherGeneration,
            AcrossGenerations = !same,
        };

        KernelTable<T> Attention<T>(Func<Efficiency, KernelTable<T>> table)
            where T : IConstants<T>
        {
            KernelTable<T> mean = Mean(table(nearest), measured, table);
            return nearest.Generation == Blackwell && accelerator.Target.StartsWith("sm_10", StringComparison.Ordinal) ? mean : SharedTerms(mean, measured, table);
        }
    }

    /// <summary>FlashAttention-3 is for sm_90, the kernels of data-center Blackwell for sm_100 and sm_103.</summary>
    private static bool RunsFlashAttention2(Accelerator accelerator) => accelerator.Target is "sm_86" or "sm_87" or "sm_89" or "sm_120" or "sm_121";

    /// <summary>Without the times that only some of the measured devices have: those are of one library's kernels, and another generation has others.</summary>
    private static KernelTable<T> SharedTerms<T>(KernelTable<T> carried, ImmutableArray<Efficiency> measured, Func<Efficiency, KernelTable<T>> table)
        where T : IConstants<T>
    {
        ImmutableArray<Constant<T>> special =
        [
            .. T.Table.Where(constant => constant is { IsTime: true, Stated: false }
                && measured.Select(table).Any(rows => rows.Rows.Values.All(row => constant.Get(row.Constants) <= 0))),
        ];
        return new(carried.Rows.ToImmutableSortedDictionary(
            static row => row.Key, row => row.Value with { Constants = special.Aggregate(row.Value.Constants, static (c, term) => term.With(c, 0)) }, StringComparer.Ordinal));
    }

    /// <summary>Rows of the nearest device with the geometric mean of each share over the devices that have the row and the term.</summary>
    private static KernelTable<T> Mean<T>(KernelTable<T> nearest, ImmutableArray<Efficiency> measured, Func<Efficiency, KernelTable<T>> table)
        where T : IConstants<T>
    {
        var rows = nearest.Rows.ToBuilder();
        foreach ((string key, Calibrated<T> row) in nearest.Rows)
        {
            T[] all = [.. measured.Select(table).Where(t => t.Rows.ContainsKey(key)).Select(t => t.Rows[key].Constants)];
            T mean = row.Constants;
            foreach (Constant<T> share in T.Table.Where(static c => c is { IsTime: false, Stated: false }))
            {
                double[] values = [.. all.Select(share.Get).Where(static value => value > 0)];
                mean = share.Get(mean) > 0 && values.Length > 1 ? share.With(mean, Math.Exp(values.Average(Math.Log))) : mean;
            }

            rows[key] = row with { Constants = mean };
        }

        return new(rows.ToImmutable());
    }
}
