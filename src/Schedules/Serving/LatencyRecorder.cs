using HdrHistogram;
using LlmSim.Model.Units;

namespace LlmSim.Schedules.Serving;

/// <summary>Collects lengths of time with weights and sums them up. Owns its samples.</summary>
/// <remarks>
/// Up to <see cref="ExactEntries"/> entries are kept and percentiles are exact; beyond that they go into an HdrHistogram of three significant digits,
/// and percentiles
/// are within 0.1 %. Mean, maximum and count are exact at any size. Equal values recorded one after the other share an entry.
/// </remarks>
public sealed class LatencyRecorder
{
    /// <summary>Entries that are kept exactly by default: 16 MB of them.</summary>
    public const int ExactEntries = 1_000_000;

    /// <summary>Largest value that the histogram tells apart, in nanoseconds: 1000 hours. Longer ones count as this in percentiles.</summary>
    private const long HistogramLimit = 3_600_000_000_000_000;
    private const int SignificantDigits = 3;

    private readonly int _exactEntries;
    private readonly List<long> _values = [];
    private readonly List<long> _weights = [];
    private LongHistogram? _histogram;
    private Int128 _sum;
    private long _max;

    /// <summary>An empty recorder that is exact up to <see cref="ExactEntries"/> entries.</summary>
    public LatencyRecorder()
        : this(ExactEntries)
    {
    }

    /// <summary>An empty recorder that is exact up to <paramref name="exactEntries"/> entries.</summary>
    public LatencyRecorder(int exactEntries) => _exactEntries = exactEntries;

    /// <summary>Number of samples, weights counted.</summary>
    public long Count { get; private set; }

    /// <summary>Arithmetic mean of the samples; zero without any.</summary>
    public Seconds Mean => Count == 0 ? Seconds.Zero : Seconds.From((double)_sum / Count * 1e-9);

    /// <summary>Adds <paramref name="weight"/> samples of the same length in nanoseconds.</summary>
    public void Record(long nanoseconds, long weight)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(nanoseconds);
        if (weight == 0)
        {
            return;
        }

        Count += weight;
        _sum += (Int128)nanoseconds * weight;
        _max = Math.Max(_max, nanoseconds);
        if (_histogram is not null)
        {
            Record(_histogram, nanoseconds, weight);
        }
        else if (_values.Count > 0 && _values[^1] == nanoseconds)
        {
            _weights[^1] += weight;
        }
        else if (_values.Count < _exactEntries)
        {
            _values.Add(nanoseconds);
            _weights.Add(weight);
        }
        else
        {
            _histogram = SpillIntoHistogram();
            Record(_histogram, nanoseconds, weight);
        }
    }

    /// <summary>Adds one sample.</summary>
    public void Record(Seconds length) => Record((Instant.Zero + length).Nanoseconds, 1);

    /// <summary>What the samples say; null where there is none.</summary>
    public LatencyStatistic? Summary()
    {
        if (Count == 0)
        {
            return null;
        }

        Seconds[] percentiles = _histogram is null ? Percentiles([.. _values], [.. _weights], Count) : Percentiles(_histogram, _max);
        return new LatencyStatistic
        {
            Count = Count,
            Mean = Mean,
            P50 = percentiles[0],
            P90 = percentiles[1],
            P95 = percentiles[2],
            P99 = percentiles[3],
            Max = FromNanoseconds(_max),
            IsExact = _histogram is null,
        };
    }

    private static Seconds[] Percentiles(long[] values, long[] weights, long count)
    {
        Array.Sort(values, weights);
        Seconds[] found = new Seconds[LatencyStatistic.Percentiles.Length];
        int entry = 0;
        long samplesSoFar = weights[0];
        for (int i = 0; i < found.Length; i++)
        {
            // Nearest rank in whole numbers: ceiling of count · percent / 100.
            long rank = (long)((((Int128)count * LatencyStatistic.Percentiles[i]) + 99) / 100);
            while (samplesSoFar < rank)
            {
                samplesSoFar += weights[++entry];
            }

            found[i] = FromNanoseconds(values[entry]);
        }

        return found;
    }

    private static Seconds[] Percentiles(LongHistogram histogram, long max) =>
        [.. LatencyStatistic.Percentiles.Select(percent => FromNanoseconds(Math.Min(max, histogram.GetValueAtPercentile(percent))))];

    private static Seconds FromNanoseconds(long nanoseconds) => new Instant(nanoseconds).SinceStart;

    private static void Record(LongHistogram histogram, long nanoseconds, long weight) =>
        histogram.RecordValueWithCount(Math.Min(nanoseconds, HistogramLimit), weight);

    private LongHistogram SpillIntoHistogram()
    {
        LongHistogram histogram = new(HistogramLimit, SignificantDigits);
        for (int i = 0; i < _values.Count; i++)
        {
            Record(histogram, _values[i], _weights[i]);
        }

        _values.Clear();
        _weights.Clear();
        return histogram;
    }
}
