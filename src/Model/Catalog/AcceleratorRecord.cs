using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using LlmSim.Model.Hardware;
using LlmSim.Model.Units;

namespace LlmSim.Model.Catalog;

/// <summary>Reads an accelerator record, from a catalog file or written inline by a user.</summary>
/// <remarks>
/// A record needs <c>name</c>, <c>matrix_peak</c>, <c>memory</c> and <c>memory_bandwidth</c>. What else is missing gets the defaults below, and
/// <see cref="Accelerator.Sources"/> then says of the figure that it was assumed, and why.
/// </remarks>
public static class AcceleratorRecord
{
    /// <summary>The multiprocessors of an A100, which is the middle of the datacenter devices.</summary>
    private const int AssumedMultiprocessors = 108;

    /// <summary>Matrix rate over vector rate: 16 for A100 (312 to 19.5 TFLOP/s) and 14.8 for H100 SXM (989 to 67).</summary>
    private const double AssumedMatrixOverVector = 16;

    private const string AssumedHostLink = "pcie-5-x16";

    private static readonly Hertz AssumedClock = Hertz.Gigahertz(1.5);

    private static readonly ImmutableArray<(string Name, AcceleratorClass Value)> Classes =
        [("datacenter", AcceleratorClass.Datacenter), ("consumer", AcceleratorClass.Consumer), ("edge", AcceleratorClass.Edge)];

    private static readonly ImmutableArray<string> PeakFormats =
        [.. NumberFormats.Names.Where(static name => NumberFormats.TryParse(name, out NumberFormat format) && format.ComputePeak() == format)];

    /// <summary>Reads one record; on failure <paramref name="problems"/> lists everything that is wrong with it.</summary>
    public static bool TryRead(JsonElement json, [NotNullWhen(true)] out Accelerator? record, out ImmutableArray<RecordProblem> problems)
    {
        RecordReader reader = new(json);
        Accelerator read = Read(reader);
        bool good = reader.Finish();
        problems = reader.Problems;
        record = good ? read with { Sources = reader.Figures } : null;
        return good;
    }

    private static Accelerator Read(RecordReader reader)
    {
        string name = reader.Text("name");
        ImmutableSortedDictionary<NumberFormat, FlopRate> peaks = MatrixPeaks(reader);
        bool unified = reader.OptionalFlag("unified_memory") ?? false;
        return new Accelerator
        {
            Name = name,
            Title = reader.OptionalText("title") ?? name,
            Class = reader.OptionalChoice("class", Classes) ?? AcceleratorClass.Datacenter,
            Generation = reader.OptionalText("generation") ?? "unknown",
            Target = reader.OptionalText("target") ?? string.Empty,
            MatrixPeak = peaks,
            VectorPeak = VectorPeak(reader, peaks),
            Memory = reader.Quantity<Bytes>("memory", QuantityText.TryParse),
            MemoryType = reader.OptionalText("memory_type") ?? string.Empty,
            MemoryBandwidth = reader.Quantity<Bandwidth>("memory_bandwidth", QuantityText.TryParse),
            UnifiedMemory = unified,
            L2Cache = Size(reader, "l2_cache"),
            Multiprocessors = reader.OrAssume(
                "multiprocessors", reader.OptionalCount("multiprocessors"), AssumedMultiprocessors, "as many as an A100"),
            SramPerMultiprocessor = Size(reader, "sram_per_multiprocessor"),
            SharedMemoryPerBlock = Size(reader, "shared_memory_per_block"),
            BoostClock = reader.OrAssume(
                "boost_clock", reader.OptionalQuantity<Hertz>("boost_clock", QuantityText.TryParse), AssumedClock, "1.5 GHz"),
            ScaleUp = reader.OptionalLink("scale_up"),
            HostLink = HostLink(reader, unified),
            TypicalNetwork = reader.OptionalQuantity<Bandwidth>("typical_network", QuantityText.TryParse) ?? Bandwidth.Zero,
            PowerLimit = reader.OptionalQuantity<Watts>("power_limit", QuantityText.TryParse) ?? Watts.Zero,
            IdlePower = reader.OptionalQuantity<Watts>("idle_power", QuantityText.TryParse) ?? Watts.Zero,
        };
    }

    private static ImmutableSortedDictionary<NumberFormat, FlopRate> MatrixPeaks(RecordReader reader)
    {
        ImmutableSortedDictionary<NumberFormat, FlopRate>.Builder peaks = ImmutableSortedDictionary.CreateBuilder<NumberFormat, FlopRate>();
        if (!reader.Demand("matrix_peak", "the peak matrix rate of at least one number format") || reader.Object("matrix_peak") is not { } rates)
        {
            return peaks.ToImmutable();
        }

        foreach (string key in rates.Keys)
        {
            if (PeakFormats.Contains(key) && NumberFormats.TryParse(key, out NumberFormat format))
            {
                peaks[format] = rates.Quantity<FlopRate>(key, QuantityText.TryParse);
            }
            else if (rates.Has(key))
            {
                rates.Report(key, $"unknown number format '{key}'{FieldText.Legal(key, PeakFormats)}");
            }
        }

        if (rates.Keys.IsEmpty)
        {
            reader.Report("matrix_peak", "expected the peak rate of at least one number format; legal are " + string.Join(", ", PeakFormats));
        }

        return peaks.ToImmutable();
    }

    private static FlopRate VectorPeak(RecordReader reader, ImmutableSortedDictionary<NumberFormat, FlopRate> peaks)
    {
        FlopRate? given = reader.OptionalQuantity<FlopRate>("vector_peak", QuantityText.TryParse);
        return reader.OrAssume("vector_peak", given, Reference(peaks) / AssumedMatrixOverVector, "a sixteenth of the 16-bit matrix peak");
    }

    /// <summary>The peak that stands for the device: 16-bit where it has one, else its fastest.</summary>
    private static FlopRate Reference(ImmutableSortedDictionary<NumberFormat, FlopRate> peaks) =>
        peaks.TryGetValue(NumberFormat.Bf16, out FlopRate rate) || peaks.TryGetValue(NumberFormat.Fp16, out rate)
            ? rate
            : peaks.Values.DefaultIfEmpty(FlopRate.Zero).Max();

    private static Link? HostLink(RecordReader reader, bool unifiedMemory)
    {
        Link? given = reader.OptionalLink("host_link");
        if (given is not null || unifiedMemory || reader.Has("host_link"))
        {
            return given;
        }

        reader.Assume("host_link.bandwidth", "PCIe 5 x16");
        return HardwareCatalog.Networks.Find(AssumedHostLink).Link;
    }

    private static Bytes Size(RecordReader reader, string key) => reader.OptionalQuantity<Bytes>(key, QuantityText.TryParse) ?? Bytes.Zero;
}
