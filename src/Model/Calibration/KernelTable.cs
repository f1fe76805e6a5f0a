using System.Collections.Immutable;
using LlmSim.Model.Draws;

namespace LlmSim.Model.Calibration;

/// <summary>Constants of one operator family on one device, a row for each number format or kernel that was measured.</summary>
public sealed record KernelTable<T>
    where T : IConstants<T>
{
    /// <summary>A table of rows by key, at least one.</summary>
    public KernelTable(ImmutableSortedDictionary<string, Calibrated<T>> rows) => Rows = rows;

    /// <summary>The rows by key, such as <c>fp8</c> or <c>bf16/triton</c>, in ordinal order.</summary>
    public ImmutableSortedDictionary<string, Calibrated<T>> Rows { get; }

    /// <summary>The row of the first of these keys that has one.</summary>
    /// <exception cref="KeyNotFoundException">None of them has.</exception>
    public KernelRow<T> First(params ImmutableArray<string> keys)
    {
        foreach (string key in keys)
        {
            if (Rows.TryGetValue(key, out Calibrated<T>? row))
            {
                return new(key, row);
            }
        }

        throw new KeyNotFoundException($"no constants for {string.Join(", ", keys)}: there are {string.Join(", ", Rows.Keys)}");
    }

    /// <summary>The table with every row drawn from its covariance.</summary>
    /// <param name="seed">Seed of the draw.</param>
    /// <param name="stream">First number of the streams of this family; its rows take the following ones.</param>
    public KernelTable<T> Draw(long seed, int stream)
    {
        var drawn = ImmutableSortedDictionary.CreateBuilder<string, Calibrated<T>>(StringComparer.Ordinal);
        int index = 0;
        foreach ((string key, Calibrated<T> row) in Rows)
        {
            drawn.Add(key, row with { Constants = row.Draw(new CounterRandom(seed, stream + index++)) });
        }

        return new(drawn.ToImmutable());
    }
}

/// <summary>A row of constants and its key.</summary>
/// <param name="Key">Key of the row.</param>
/// <param name="Row">The row.</param>
public readonly record struct KernelRow<T>(string Key, Calibrated<T> Row)
    where T : IConstants<T>
{
    /// <summary>The constants.</summary>
    public T Constants => Row.Constants;
}
