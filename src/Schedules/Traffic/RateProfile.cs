using LlmSim.Model.Units;

namespace LlmSim.Schedules.Traffic;

/// <summary>How the rate of arrivals changes with the time of day or of a test.</summary>
/// <remarks>
/// A stream of unit rate becomes one of this rate when its times are read as expected numbers of arrivals and turned into times: Poisson stays Poisson (Çinlar
/// 1975, Introduction to Stochastic Processes, chapter 4.7), and the bursts of another process keep their size in requests.
/// </remarks>
public abstract record RateProfile
{
    /// <summary>A rate that changes evenly from <paramref name="from"/> to <paramref name="to"/> and then stays.</summary>
    public static RateProfile Ramp(Hertz from, Hertz to, Seconds over)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(from.Value, nameof(from));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(to.Value, nameof(to));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(over.Value, nameof(over));
        return new RampProfile(from.Value, to.Value, over.Value);
    }

    /// <summary>A rate that swings as a sine about <paramref name="mean"/> and begins at its lowest.</summary>
    /// <param name="mean">Mean over a period.</param>
    /// <param name="amplitude">Swing over mean, 0 to 1: at 0.6 the peak is 1.6 times the mean.</param>
    /// <param name="period">Time from one lowest point to the next, such as a day.</param>
    public static RateProfile Diurnal(Hertz mean, double amplitude, Seconds period)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(mean.Value, nameof(mean));
        ArgumentOutOfRangeException.ThrowIfNegative(amplitude);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(amplitude, 1);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(period.Value, nameof(period));
        return new DiurnalProfile(mean.Value, amplitude, period.Value);
    }

    /// <summary>The rate at a time from the start.</summary>
    public abstract Hertz RateAt(Seconds time);

    /// <summary>The time by which so many arrivals are expected.</summary>
    public abstract Seconds TimeOf(double arrivals);

    private sealed record RampProfile(double From, double To, double Over) : RateProfile
    {
        private double OnTheRamp => 0.5 * (From + To) * Over;

        public override Hertz RateAt(Seconds time) => Hertz.From(time.Value >= Over ? To : From + ((To - From) * time.Value / Over));

        /// <summary>On the ramp n = a t + s t² / 2 with slope s, solved in the form that stays exact where the slope vanishes.</summary>
        public override Seconds TimeOf(double arrivals)
        {
            if (arrivals >= OnTheRamp)
            {
                return Seconds.From(Over + ((arrivals - OnTheRamp) / To));
            }

            double slope = (To - From) / Over;
            return Seconds.From(2 * arrivals / (From + Math.Sqrt((From * From) + (2 * slope * arrivals))));
        }
    }

    /// <summary>
    /// With rate m (1 - A cos(2πt/P)), n arrivals are expected at m (t - A P/2π sin(2πt/P)): Kepler's equation, mean anomaly 2πn/(mP), eccentricity A.
    /// </summary>
    private sealed record DiurnalProfile(double Mean, double Amplitude, double Period) : RateProfile
    {
        private const int Halvings = 60;

        public override Hertz RateAt(Seconds time) => Hertz.From(Mean * (1 - (Amplitude * Math.Cos(2 * Math.PI * time.Value / Period))));

        public override Seconds TimeOf(double arrivals)
        {
            double cycles = arrivals / (Mean * Period);
            double whole = Math.Floor(cycles);
            double anomaly = 2 * Math.PI * (cycles - whole);
            (double low, double high) = (Math.Max(0, anomaly - Amplitude), Math.Min(2 * Math.PI, anomaly + Amplitude));
            for (int i = 0; i < Halvings && low < high; i++)
            {
                double middle = 0.5 * (low + high);
                (low, high) = middle - (Amplitude * Math.Sin(middle)) < anomaly ? (middle, high) : (low, middle);
            }

            return Seconds.From((whole + (0.5 * (low + high) / (2 * Math.PI))) * Period);
        }
    }
}
