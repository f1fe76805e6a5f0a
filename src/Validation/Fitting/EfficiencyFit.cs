using System.Collections.Immutable;
using LlmSim.Model.Calibration;
using LlmSim.Model.Catalog;
using LlmSim.Model.Collectives;
using LlmSim.Model.Cost;
using LlmSim.Model.Operators;
using LlmSim.Model.Parallelism;
using LlmSim.Model.Units;
using LlmSim.Validation.Comparison;
using LlmSim.Validation.Measurements;

namespace LlmSim.Validation.Fitting;

/// <summary>Fits the constants of an efficiency on measured rows, one row of constants after another.</summary>
/// <remarks>Matrix products come first, because latent attention is made of them. A row that the data cannot tell is left as it was, with the reason.</remarks>
public sealed class EfficiencyFit
{
    /// <summary>Fewer measurements than this for each free constant cannot tell constants from noise.</summary>
    private const int LeastRowsPerConstant = 3;

    /// <summary>Standard error beyond which a constant is unknown, relative to its value.</summary>
    private const double LargestError = 2;

    private const int LeastSwitchRanks = 8;
    private static readonly Bytes LeastSwitchMessage = Bytes.Mebibytes(16);

    private readonly ImmutableArray<MeasuredRow> _rows;
    private readonly ImmutableSortedSet<string> _held;
    private readonly CancellationToken _cancellation;
    private readonly List<FittedRow> _fitted = [];
    private Efficiency _efficiency;

    private EfficiencyFit(Efficiency start, ImmutableArray<MeasuredRow> rows, ImmutableSortedSet<string> held, CancellationToken cancellation)
    {
        (_efficiency, _rows, _held, _cancellation) = (start, rows, held, cancellation);
    }

    /// <summary>Fits every row of constants that the measurements touch.</summary>
    /// <param name="start">Where to start; its name and device stay.</param>
    /// <param name="rows">Measured rows of the device.</param>
    /// <param name="held">Paths of constants that keep their values, such as <c>gemm.bf16.split_time</c>; a path may end at a row or a family.</param>
    /// <param name="cancellation">Stops between rows of constants.</param>
    public static EfficiencyFitResult Run(
        Efficiency start, ImmutableArray<MeasuredRow> rows, ImmutableSortedSet<string> held, CancellationToken cancellation)
    {
        MeasuredRow[] usable = [.. rows.Where(static row => Unused(row) is null)];
        var fit = new EfficiencyFit(start, [.. usable], held, cancellation);
        foreach (IGrouping<(string Family, string Key), MeasuredRow> group in usable
            .Where(static row => !WholeRuns.Reads(row))
            .GroupBy(static row => SlotOf(row.Work!)!.Value)
            .OrderBy(static group => Array.IndexOf(Families, group.Key.Family))
            .ThenBy(static group => Array.IndexOf(Exchanges, group.Key.Key))
            .ThenBy(static group => group.Key.Key, StringComparer.Ordinal))
        {
            cancellation.ThrowIfCancellationRequested();
            fit.Row(group.Key.Family, group.Key.Key, [.. group]);
        }

        foreach (IGrouping<Type, MeasuredRow> runs in usable.Where(WholeRuns.Reads).GroupBy(static row => row.Work!.GetType()).OrderBy(static g => g.Key.Name, StringComparer.Ordinal))
        {
            MeasuredRow[] measured = [.. runs];
            fit._efficiency = WholeRuns.Spread(fit._efficiency, measured, Tables(measured), out FittedRow? spread);
            fit._fitted.AddRange(spread is null ? [] : [spread]);
        }

        ImmutableArray<string> tables = [.. fit._fitted.Where(static row => row.Record is not null).SelectMany(static row => row.Record!.Tables)];
        Efficiency fitted = fit._efficiency with { FittedOn = [.. start.FittedOn.Concat(tables).Distinct(StringComparer.Ordinal)] };
        var unused = rows.Select(Unused).OfType<string>().GroupBy(static reason => reason, StringComparer.Ordinal)
            .ToImmutableSortedDictionary(static g => g.Key, static g => g.Count(), StringComparer.Ordinal);
        return new(fitted, [.. fit._fitted], unused);
    }

    private static readonly string[] Families =
        ["gemm", "decode_attention", "prefill_attention", "experts", "latent_decode", "latent_prefill", "collectives", "training", "serving_host"];

    /// <summary>The switch is fitted beside the ring that it competes with, and engines' kernels hand over to both.</summary>
    private static readonly string[] Exchanges = ["nccl_ring", "nccl_switch", "nccl_all_to_all", "custom_all_reduce"];

    private static string? Unused(MeasuredRow row) =>
        row.Skipped ?? (row.Faulty is { } faulty ? "known faulty: " + faulty : row.Work is null || (SlotOf(row.Work) is null && !WholeRuns.Reads(row)) ? "no constants are fitted on such rows" : null);

    /// <summary>The row of constants that prices a piece of work.</summary>
    private static (string Family, string Key)? SlotOf(MeasuredWork work) => work is not KernelWork kernel ? null : kernel.Shape switch
    {
        GemmShape s => ("gemm", ConstantsKeys.Of(s)[0]),
        DecodeAttentionShape s => ("decode_attention", ConstantsKeys.Of(s, kernel.Node.Accelerator)[0]),
        PrefillAttentionShape s => ("prefill_attention", ConstantsKeys.Of(s, kernel.Node.Accelerator)[0]),
        ExpertsShape s => ("experts", ConstantsKeys.Of(s, kernel.Node.Accelerator)[0]),
        LatentAttentionShape s => (s.IsAbsorbed ? "latent_decode" : "latent_prefill", ConstantsKeys.Of(s)[0]),
        CommunicationShape s => SlotOf(s, kernel),
        _ => null,
    };

    private static (string Family, string Key)? SlotOf(CommunicationShape shape, KernelWork work) => shape.Kind switch
    {
        CollectiveKind.AllReduce when work.Backend == CollectiveBackend.Direct => work.Eager ? null : ("collectives", "custom_all_reduce"),
        CollectiveKind.AllReduce when UsesSwitch(shape, work) => ("collectives", "nccl_switch"),
        CollectiveKind.AllReduce or CollectiveKind.AllGather or CollectiveKind.ReduceScatter => ("collectives", "nccl_ring"),
        CollectiveKind.AllToAll => ("collectives", "nccl_all_to_all"),
        _ => null,
    };

    /// <summary>Below eight ranks a ring is as fast as the switch, and below some MiB faster.</summary>
    private static bool UsesSwitch(CommunicationShape shape, KernelWork work) =>
        shape.Ranks >= LeastSwitchRanks && shape.Message >= LeastSwitchMessage
        && CollectiveCost.MayReduceInSwitch(new(shape.Kind, shape.Message, GroupPlacement.OneDomain(shape.Ranks), shape.Format), work.Node);

    private void Row(string family, string key, MeasuredRow[] rows)
    {
        switch (family, key)
        {
            case ("gemm", _):
                Fit(ConstantsSlot<GemmConstants>.OfTable(family, key, static e => e.Gemm, static (e, t) => e with { Gemm = t }), rows);
                break;
            case ("decode_attention", _):
                Fit(ConstantsSlot<DecodeAttentionConstants>.OfTable(family, key, static e => e.DecodeAttention, static (e, t) => e with { DecodeAttention = t }), rows);
                break;
            case ("prefill_attention", _):
                Fit(ConstantsSlot<PrefillAttentionConstants>.OfTable(family, key, static e => e.PrefillAttention, static (e, t) => e with { PrefillAttention = t }), rows);
                break;
            case ("experts", _):
                Fit(ConstantsSlot<ExpertsConstants>.OfTable(family, key, static e => e.Experts, static (e, t) => e with { Experts = t }), rows);
                break;
            case ("latent_decode", _):
                Fit(ConstantsSlot<LatentAbsorbedConstants>.OfTable(family, key, static e => e.LatentDecode, static (e, t) => e with { LatentDecode = t }), rows);
                break;
            case ("latent_prefill", _):
                Fit(ConstantsSlot<LatentExpandedConstants>.OfTable(family, key, static e => e.LatentPrefill, static (e, t) => e with { LatentPrefill = t }), rows);
                break;
            case (_, "custom_all_reduce"):
                Fit(Exchange(key, static c => c.Direct, static (c, row) => c with { Direct = row }), rows);
                break;
            case (_, "nccl_ring"):
                Fit(Exchange(key, static c => c.Ring, static (c, row) => c with { Ring = row }), rows);
                break;
            case (_, "nccl_all_to_all"):
                Fit(Exchange(key, static c => c.AllToAll, static (c, row) => c with { AllToAll = row }), rows);
                break;
            default:
                Fit(Exchange(key, static c => c.Switch, static (c, row) => c with { Switch = row }), rows);
                break;
        }
    }

    private static ConstantsSlot<T> Exchange<T>(
        string key, Func<CollectiveConstants, Calibrated<T>> get, Func<CollectiveConstants, Calibrated<T>, CollectiveConstants> with)
        where T : IConstants<T> =>
        ConstantsSlot<T>.OfPart("collectives", key, e => get(e.Collectives), (e, row) => e with { Collectives = with(e.Collectives, row) });

    private void Fit<T>(ConstantsSlot<T> slot, MeasuredRow[] rows)
        where T : IConstants<T>
    {
        _cancellation.ThrowIfCancellationRequested();
        var held = ImmutableSortedSet.CreateRange(
            StringComparer.Ordinal, T.Table.Select(static c => c.Key).Where(constant => _held.Any(path => IsAtOrBelow($"{slot.Path}.{constant}", path))));
        T start = slot.Start(_efficiency);
        int free = T.Table.Count(c => !c.Stated && c.Get(start) > 0 && !held.Contains(c.Key));
        if (free == 0)
        {
            return;
        }

        if (rows.Length < LeastRowsPerConstant * free)
        {
            Refuse(slot.Path, FormattableString.Invariant($"{rows.Length} rows cannot tell {free} constants: at least {LeastRowsPerConstant * free} are needed"));
            return;
        }

        Efficiency around = _efficiency;
        FitResult<T> result = Fitter.Fit(new FitProblem<T>
        {
            Start = start,
            Measured = [.. rows.Select(static row => row.Measured)],
            Groups = [.. rows.Select(static row => row.Group)],
            Predict = constants => Predict(slot.With(around, slot.Key, new(constants)), rows),
            Held = held,
            Tables = Tables(rows),
        });
        string[] vague = [.. T.Table.Where((_, i) => result.Row.Fit!.RelativeErrors[i] > LargestError).Select(static c => c.Key)];
        string[] unknown = [.. result.Unknown.Concat(vague).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        if (unknown.Length > 0)
        {
            Refuse(slot.Path, $"these rows cannot tell {string.Join(", ", unknown)}: bring rows of other sizes, or hold them ({string.Join(", ", unknown.Select(c => $"{slot.Path}.{c}"))})");
            return;
        }

        _efficiency = slot.With(_efficiency, slot.Key, result.Row);
        _fitted.Add(new(slot.Path, result.Row.Fit, result.AtBound, result.LearningCurve, null));
    }

    private void Refuse(string path, string reason) => _fitted.Add(new(path, null, [], [], reason));

    private static Func<int, double> Predict(Efficiency efficiency, MeasuredRow[] rows)
    {
        var predictor = new KernelPredictor(efficiency);
        return i => predictor.Predict(rows[i]).Value;
    }

    private static ImmutableArray<string> Tables(MeasuredRow[] rows) =>
    [
        .. rows.GroupBy(static row => (row.Table, row.Gpu, row.Format)).Select(static g => FormattableString.Invariant(
            $"{g.Key.Table}: {g.Count()} rows of {g.Key.Gpu} {g.Key.Format} ({string.Join(", ", g.Select(static row => row.Source).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))})")),
    ];

    private static bool IsAtOrBelow(string path, string above) => path == above || path.StartsWith(above + ".", StringComparison.Ordinal);
}
