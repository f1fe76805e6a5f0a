namespace LlmSim.Validation.Fitting;

/// <summary>The loss of a relative error: about its absolute value, round at zero, and growing only as a logarithm beyond a factor of e.</summary>
/// <remarks>So a fit minimises the mean absolute error in percent, and a few rows of another kernel or a faulty run do not pull it.</remarks>
internal static class RobustLoss
{
    /// <summary>Relative errors below this count by their square: timing noise.</summary>
    private const double Noise = 0.01;

    /// <summary>Relative error beyond which a row loses its pull.</summary>
    private const double Far = 1;

    /// <summary>Loss of r = ln(predicted / measured).</summary>
    public static double Of(double r)
    {
        double size = Math.Sqrt((r * r) + (Noise * Noise));
        return size <= Far ? size : Far * (1 + Math.Log(size / Far));
    }

    /// <summary>The weight with which a least-squares step stands for the loss: its derivative over r.</summary>
    public static double Weight(double r)
    {
        double size = Math.Sqrt((r * r) + (Noise * Noise));
        return size <= Far ? 1 / size : Far / (size * size);
    }
}
