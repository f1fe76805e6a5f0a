namespace LlmSim.Model.Calibration;

/// <summary>Values between which nine of ten measurements are expected, in the unit of what is predicted.</summary>
/// <param name="Low">Lower end.</param>
/// <param name="High">Upper end.</param>
public readonly record struct PredictionBand(double Low, double High)
{
    /// <summary>Draws from which a band is taken unless said otherwise.</summary>
    public const int Draws = 32;

    private const double Tail = 0.05;

    /// <summary>The 5-95 % range of draws, straight between their ranks.</summary>
    public static PredictionBand Of(IEnumerable<double> draws)
    {
        double[] sorted = [.. draws.Order()];
        return new(Quantile(sorted, Tail), Quantile(sorted, 1 - Tail));
    }

    private static double Quantile(double[] sorted, double share)
    {
        double place = Math.Clamp((share * (sorted.Length + 1)) - 1, 0, sorted.Length - 1);
        int below = (int)place;
        int above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + ((place - below) * (sorted[above] - sorted[below]));
    }
}
