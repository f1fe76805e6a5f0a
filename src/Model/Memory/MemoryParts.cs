using System.Collections.Immutable;
using System.Globalization;
using LlmSim.Model.Units;

namespace LlmSim.Model.Memory;

/// <summary>Collects the parts of an account, leaving out empty ones.</summary>
internal sealed class MemoryParts
{
    private readonly ImmutableArray<MemoryPart>.Builder _parts = ImmutableArray.CreateBuilder<MemoryPart>();

    /// <summary>What was added so far.</summary>
    public Bytes Total => _parts.Aggregate(Bytes.Zero, static (sum, part) => sum + part.Size);

    /// <summary>Adds a part unless it is empty.</summary>
    public void Add(string name, Bytes size, FormattableString formula, string source, bool outsideAllocator = false)
    {
        if (size.Value != 0)
        {
            _parts.Add(new MemoryPart(name, size, formula.ToString(CultureInfo.InvariantCulture), source, outsideAllocator));
        }
    }

    /// <summary>Takes up to an amount off a part; returns what was taken.</summary>
    public Bytes Take(string name, Bytes most, string remark)
    {
        for (int i = 0; i < _parts.Count; i++)
        {
            if (string.Equals(_parts[i].Name, name, StringComparison.Ordinal))
            {
                Bytes taken = Bytes.Min(most, _parts[i].Size);
                _parts[i] = _parts[i] with { Size = _parts[i].Size - taken, Formula = $"{_parts[i].Formula}; {remark}" };
                return taken;
            }
        }

        return Bytes.Zero;
    }

    /// <summary>The parts in order.</summary>
    public ImmutableArray<MemoryPart> ToImmutable() => _parts.ToImmutable();
}
