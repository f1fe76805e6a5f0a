namespace LlmSim.Model.Calibration;

/// <summary>Factors on a prediction between which nine of ten measurements are expected.</summary>
/// <param name="Low">The 5 % quantile of measured / predicted.</param>
/// <param name="High">The 95 % quantile of measured / predicted.</param>
public readonly record struct ErrorBand(double Low, double High)
{
    private const double OneSidedFive = 1.6448536269514722;

    /// <summary>For what no measurement has tested: an assumption, not a result.</summary>
    public static ErrorBand NotValidated { get; } = new(0.7, 1.5);

    /// <summary>The band with its logarithms stretched by <paramref name="factor"/>.</summary>
    public ErrorBand Widened(double factor) => new(Math.Pow(Low, factor), Math.Pow(High, factor));

    /// <summary>The factor at a standard normal draw: a normal of two halves in the logarithm, whose 5 % and 95 % quantiles are the band's ends.</summary>
    public double Factor(double normal) => Math.Pow(normal < 0 ? Low : High, Math.Abs(normal) / OneSidedFive);
}
