using System.Collections.Immutable;
using System.Runtime.InteropServices;
using LlmSim.Validation.Measurements;

namespace LlmSim.Validation.Comparison;

/// <summary>Holds predictions against measurements.</summary>
public static class MeasurementComparison
{
    /// <summary>Rows that a thread takes at a time: few enough that threads end together, many enough that taking them costs nothing.</summary>
    private const int Chunk = 64;

    /// <summary>Predicts every row that is not skipped, on <paramref name="threads"/> threads; the result is the same for any number of them.</summary>
    public static ImmutableArray<ComparedRow> Compare(
        IReadOnlyList<MeasuredRow> rows, ImmutableArray<IPredictor> predictors, int threads, CancellationToken cancellation)
    {
        var compared = new ComparedRow[rows.Count];
        var options = new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellation };
        Parallel.For(0, (rows.Count + Chunk - 1) / Chunk, options, chunk =>
        {
            for (int i = chunk * Chunk; i < Math.Min(rows.Count, (chunk + 1) * Chunk); i++)
            {
                compared[i] = new ComparedRow(rows[i], Predict(rows[i], predictors));
            }
        });
        return ImmutableCollectionsMarshal.AsImmutableArray(compared);
    }

    private static Prediction Predict(MeasuredRow row, ImmutableArray<IPredictor> predictors)
    {
        if (row.Work is null)
        {
            return Prediction.Refuse(row.Skipped ?? SkipReasons.NotPriced);
        }

        foreach (IPredictor predictor in predictors)
        {
            if (predictor.Knows(row.Work))
            {
                Prediction prediction = predictor.Predict(row);
                return prediction.Refused is null && !(double.IsFinite(prediction.Value) && prediction.Value > 0)
                    ? Prediction.Refuse(SkipReasons.NotPriced)
                    : prediction;
            }
        }

        return Prediction.Refuse(SkipReasons.NotPriced);
    }
}
