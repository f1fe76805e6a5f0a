using LlmSim.Model.Cost;
using LlmSim.Model.Units;

namespace LlmSim.Schedules.Serving;

/// <summary>
/// A run of decode steps of an unchanging batch, priced from one anchor. Owns how many of its steps were planned and have taken effect.
/// </summary>
/// <remarks>Step k ends at the start plus the rounded sum of the first k prices, whether or not the steps before it were looked at.</remarks>
internal sealed class DecodeRun(IStepPrice price, DecodeSet decodes, Instant start)
{
    private readonly int _sequences = decodes.Count;
    private readonly long _context = decodes.Context;
    private readonly long _windowedContext = decodes.WindowedContext;
    private readonly int _windowedGrowth = decodes.WindowedGrowth;

    /// <summary>Steps that are planned, at least one.</summary>
    internal int Steps { get; set; }

    /// <summary>Steps that have taken effect.</summary>
    internal int Done { get; set; }

    internal int Sequences => _sequences;

    /// <summary>When the first <paramref name="steps"/> steps have ended.</summary>
    internal Instant EndOf(int steps) =>
        steps == 0 ? start : start + StepPriceCheck.Valid(price.DecodeSteps(_sequences, _context, _windowedContext, _windowedGrowth, steps));

    /// <summary>
    /// The first planned step, counted from one and not before those done, that ends at or after <paramref name="time"/>; the last where none does.
    /// </summary>
    internal int FirstEndingAtOrAfter(Instant time)
    {
        if (EndOf(Steps) < time)
        {
            return Steps;
        }

        (int low, int high) = (Math.Max(1, Done), Steps);
        while (low < high)
        {
            int middle = low + ((high - low) / 2);
            (low, high) = EndOf(middle) >= time ? (low, middle) : (middle + 1, high);
        }

        return low;
    }

    /// <summary>How many of the planned steps have ended by <paramref name="time"/>.</summary>
    internal int EndedBy(Instant time)
    {
        if (EndOf(Steps) <= time)
        {
            return Steps;
        }

        (int ended, int running) = (Done, Steps);
        while (running - ended > 1)
        {
            int middle = ended + ((running - ended) / 2);
            (ended, running) = EndOf(middle) <= time ? (middle, running) : (ended, middle);
        }

        return ended;
    }
}

/// <summary>Guards the clock against a price that is no time.</summary>
internal static class StepPriceCheck
{
    /// <summary>The price itself; a negative or non-finite one is a mistake of the cost model.</summary>
    internal static Seconds Valid(Seconds price) =>
        double.IsFinite(price.Value) && price.Value >= 0
            ? price : throw new InvalidOperationException($"The price of an iteration is {price.Value}: a finite time of at least zero is expected.");
}
