using LlmSim.Model.Units;

namespace LlmSim.Model.Calibration;

/// <summary>One constant of a kernel model: how files, fits and people know it.</summary>
/// <param name="Key">Key in efficiency files, such as <c>memory_share</c>.</param>
/// <param name="IsTime">Whether it is a time in seconds; otherwise it has no unit.</param>
/// <param name="Meaning">What it stands for, in one sentence.</param>
/// <param name="Minimum">Least value that physics allows.</param>
/// <param name="Maximum">Largest value that physics allows.</param>
/// <param name="Get">Reads it, in seconds where it is a time.</param>
/// <param name="With">A set of constants in which it has another value.</param>
/// <param name="Stated">Whether it is a known choice of the software, such as a size of buffer, which no fit moves.</param>
public sealed record Constant<T>(
    string Key, bool IsTime, string Meaning, double Minimum, double Maximum, Func<T, double> Get, Func<T, double, T> With, bool Stated = false);

/// <summary>Makes entries of a table of constants.</summary>
public static class Constant
{
    /// <summary>A time; its range is given in microseconds.</summary>
    public static Constant<T> Time<T>(
        string key, string meaning, double minimumMicroseconds, double maximumMicroseconds, Func<T, Seconds> get, Func<T, Seconds, T> with) =>
        new(key, true, meaning, minimumMicroseconds * 1e-6, maximumMicroseconds * 1e-6, c => get(c).Value, (c, value) => with(c, new Seconds(value)));

    /// <summary>A number without unit.</summary>
    public static Constant<T> Number<T>(string key, string meaning, double minimum, double maximum, Func<T, double> get, Func<T, double, T> with) =>
        new(key, false, meaning, minimum, maximum, get, with);

    /// <summary>A number without unit that describes the software and is never fitted.</summary>
    public static Constant<T> Choice<T>(string key, string meaning, double minimum, double maximum, Func<T, double> get, Func<T, double, T> with) =>
        new(key, false, meaning, minimum, maximum, get, with, Stated: true);
}
