using System.Collections.Immutable;
using LlmSim.Model.Units;

namespace LlmSim.Model.Memory;

/// <summary>One line of a memory account.</summary>
/// <param name="Name">What it is, such as <c>gradients</c>.</param>
/// <param name="Size">Its size on one device.</param>
/// <param name="Formula">How it was computed, with its numbers.</param>
/// <param name="Source">Where the formula comes from; "assumed" where it is an assumption.</param>
/// <param name="OutsideAllocator">
/// Whether a framework's own figure of its peak leaves it out: the driver's context, communication buffers, gaps.
/// </param>
public sealed record MemoryPart(string Name, Bytes Size, string Formula, string Source, bool OutsideAllocator = false);

/// <summary>What fills the memory of one device at its fullest moment.</summary>
public sealed record MemoryAccount
{
    /// <summary>Pipeline stage of the device, from zero.</summary>
    public required int Stage { get; init; }

    /// <summary>The parts in the order in which they come to be.</summary>
    public required ImmutableArray<MemoryPart> Parts { get; init; }

    /// <summary>Memory of the device as the driver reports it.</summary>
    public required Bytes Capacity { get; init; }

    /// <summary>The rules of thumb, for the whole model: printed beside the account and never used in it.</summary>
    public ImmutableArray<MemoryPart> RulesOfThumb { get; init; } = [];

    /// <summary>The sum of all parts.</summary>
    public Bytes Total => Sum(Parts);

    /// <summary>What a framework's allocator would report as its peak.</summary>
    public Bytes AllocatorPeak => Sum(Parts.Where(static part => !part.OutsideAllocator));

    /// <summary>Whether the device holds it.</summary>
    public bool Fits => Total <= Capacity;

    /// <summary>What is left; negative where it does not fit.</summary>
    public Bytes Headroom => Capacity - Total;

    /// <summary>The part of a name; zero where the account has none.</summary>
    public Bytes SizeOf(string name) => Sum(Parts.Where(part => string.Equals(part.Name, name, StringComparison.Ordinal)));

    private static Bytes Sum(IEnumerable<MemoryPart> parts) => parts.Aggregate(Bytes.Zero, static (sum, part) => sum + part.Size);
}

/// <summary>The book's rules of thumb, for the whole model over all devices.</summary>
public static class RulesOfThumb
{
    private const string Source = "rule of thumb; a lower bound, not used in the account";

    /// <summary>2 bytes per parameter.</summary>
    public static MemoryPart Serving(double parameters) =>
        new("to serve, 2 B per parameter", new Bytes(2 * parameters), "2 x parameters, whole model", Source);

    /// <summary>16 bytes per parameter.</summary>
    public static MemoryPart Training(double parameters) =>
        new("to train, 16 B per parameter", new Bytes(16 * parameters), "16 x parameters, whole model", Source);
}
