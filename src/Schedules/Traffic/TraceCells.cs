using System.Globalization;

namespace LlmSim.Schedules.Traffic;

/// <summary>Reads single values of a trace and says what is wrong with them.</summary>
internal static class TraceCells
{
    private const string WholeNumber = "a whole number of tokens, at least 1";
    private const long NanosecondsPerTick = 100;

    /// <summary>Latest time in seconds that the clock can show.</summary>
    private const double LastSecond = 9.2e9;

    private static readonly string[] TimeFormats =
        ["yyyy-MM-dd HH:mm:ss.FFFFFFF", "yyyy-MM-dd HH:mm:ss.FFFFFFFzzz", "yyyy-MM-ddTHH:mm:ss.FFFFFFF", "yyyy-MM-ddTHH:mm:ss.FFFFFFFzzz"];

    /// <summary>
    /// A number of tokens. A prompt or output of zero tokens is refused: an engine computes at least one token and produces at least one.
    /// </summary>
    internal static bool TryTokens(ReadOnlySpan<char> cell, string column, long line, TraceProblems problems, out int tokens)
    {
        if (int.TryParse(cell.Trim(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out tokens) && tokens >= 1)
        {
            return true;
        }

        problems.Add(line, $"{column} {TraceProblems.Quote(cell)}", WholeNumber);
        return false;
    }

    /// <summary>A date and time, in nanoseconds since the year 1970. Without a zone it is taken as UTC.</summary>
    internal static bool TryDate(ReadOnlySpan<char> cell, string column, long line, TraceProblems problems, out long nanoseconds)
    {
        bool parsed = DateTimeOffset.TryParseExact(
            cell.Trim(), TimeFormats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time);
        long ticks = time.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks;
        nanoseconds = parsed && Math.Abs(ticks) < long.MaxValue / NanosecondsPerTick ? ticks * NanosecondsPerTick : 0;
        if (!parsed)
        {
            problems.Add(line, $"{column} {TraceProblems.Quote(cell)}", "a time such as 2023-11-16 18:15:46.6805900");
        }

        return parsed;
    }

    /// <summary>A time in units of <paramref name="unitSeconds"/> seconds, in nanoseconds.</summary>
    internal static bool TryTime(ReadOnlySpan<char> cell, double unitSeconds, string column, long line, TraceProblems problems, out long nanoseconds)
    {
        bool parsed = double.TryParse(cell.Trim(), NumberStyles.Float, CultureInfo.InvariantCulture, out double value)
            && value >= 0 && value * unitSeconds < LastSecond;
        nanoseconds = parsed ? (long)Math.Round(value * unitSeconds * 1e9, MidpointRounding.AwayFromZero) : 0;
        if (!parsed)
        {
            problems.Add(line, $"{column} {TraceProblems.Quote(cell)}", $"a time in {(unitSeconds < 1 ? "milliseconds" : "seconds")}, at least 0");
        }

        return parsed;
    }
}
