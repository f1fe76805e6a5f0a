using LlmSim.Model.Cost;
using LlmSim.Model.Operators;
using LlmSim.Model.Units;

namespace LlmSim.Tests.Schedules.Serving;

/// <summary>
/// A price that is linear in the sums of a batch, in nanoseconds. With whole coefficients every price is a whole number of nanoseconds.
/// </summary>
internal sealed record LinearPrice : IStepPrice
{
    public double Step { get; init; }

    public double PerSequence { get; init; }

    public double PerContextToken { get; init; }

    public double PerWindowedToken { get; init; }

    public double PerPrefillToken { get; init; }

    public double PerScore { get; init; }

    public double PerWindowedScore { get; init; }

    public double PerPastToken { get; init; }

    public double PerLogit { get; init; }

    public int Window { get; init; }

    public static LinearPrice Constant(Seconds price) => new() { Step = price.Value * 1e9 };

    public Seconds Price(in StepBatch batch) => Seconds.From(1e-9 * (Step
        + (PerSequence * batch.DecodeSequences)
        + (PerContextToken * batch.DecodeContext)
        + (PerWindowedToken * batch.DecodeWindowedContext)
        + (PerPrefillToken * batch.PrefillTokens)
        + (PerScore * batch.PrefillScores)
        + (PerWindowedScore * batch.PrefillWindowedScores)
        + (PerPastToken * batch.PrefillPast)
        + (PerLogit * batch.Logits)));

    public Seconds DecodeSteps(int sequences, long context, long windowedContext, int windowedGrowth, int steps)
    {
        double pairs = 0.5 * steps * (steps - 1d);
        return Seconds.From(1e-9 * (((Step + ((PerSequence + PerLogit) * sequences)) * steps)
            + (PerContextToken * ((context * (double)steps) + (sequences * pairs)))
            + (PerWindowedToken * ((windowedContext * (double)steps) + (windowedGrowth * pairs)))));
    }
}
