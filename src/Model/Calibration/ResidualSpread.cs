using System.Collections.Immutable;

namespace LlmSim.Model.Calibration;

/// <summary>The error bands of a kernel model by the size of what it predicts, from the residuals of its cross-validation.</summary>
/// <remarks>Between sizes the logarithms of the factors run straight over the logarithm of the time; outside they stay.</remarks>
public sealed record ResidualSpread
{
    /// <summary>For a model that no measurement has tested.</summary>
    public static ResidualSpread NotValidated { get; } = new([new(1e-3, ErrorBand.NotValidated)]);

    /// <summary>A spread.</summary>
    /// <param name="sizes">Bands by predicted time, shortest first; at least one.</param>
    public ResidualSpread(ImmutableArray<SizedBand> sizes) => Sizes = sizes;

    /// <summary>Bands by predicted time, shortest first.</summary>
    public ImmutableArray<SizedBand> Sizes { get; }

    /// <summary>The band at a predicted time in seconds.</summary>
    public ErrorBand At(double seconds)
    {
        int next = 0;
        while (next < Sizes.Length && Sizes[next].Seconds < seconds)
        {
            next++;
        }

        if (next == 0 || next == Sizes.Length)
        {
            return Sizes[Math.Min(next, Sizes.Length - 1)].Band;
        }

        (SizedBand left, SizedBand right) = (Sizes[next - 1], Sizes[next]);
        double share = Math.Log(seconds / left.Seconds) / Math.Log(right.Seconds / left.Seconds);
        return new(Between(left.Band.Low, right.Band.Low, share), Between(left.Band.High, right.Band.High, share));
    }

    private static double Between(double left, double right, double share) => Math.Exp(((1 - share) * Math.Log(left)) + (share * Math.Log(right)));
}

/// <summary>A band and the predicted time at which it was found.</summary>
/// <param name="Seconds">Median predicted time of the rows, seconds.</param>
/// <param name="Band">Their band.</param>
public readonly record struct SizedBand(double Seconds, ErrorBand Band);
