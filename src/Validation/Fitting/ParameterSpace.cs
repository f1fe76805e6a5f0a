using System.Collections.Immutable;
using LlmSim.Model.Calibration;

namespace LlmSim.Validation.Fitting;

/// <summary>The free constants of a fit as a vector of logarithms inside the physical ranges.</summary>
internal sealed class ParameterSpace<T>
    where T : IConstants<T>
{
    /// <summary>A range that starts at zero starts here instead, as a share of its end: logarithms need a floor.</summary>
    private const double LeastShare = 1e-6;

    private readonly T _start;
    private readonly ImmutableArray<Constant<T>> _free;

    /// <summary>The space around a start; constants that are zero there, stated or held, are not free.</summary>
    public ParameterSpace(T start, ImmutableSortedSet<string> held)
    {
        _start = start;
        Indices = [.. Enumerable.Range(0, T.Table.Length).Where(i => !T.Table[i].Stated && T.Table[i].Get(start) > 0 && !held.Contains(T.Table[i].Key))];
        _free = [.. Indices.Select(static i => T.Table[i])];
    }

    /// <summary>Places of the free constants in their table.</summary>
    public ImmutableArray<int> Indices { get; }

    /// <summary>Number of free constants.</summary>
    public int Size => _free.Length;

    /// <summary>Key of a free constant.</summary>
    public string Key(int index) => _free[index].Key;

    /// <summary>The vector of a set of constants.</summary>
    public double[] Vector(T constants) => Clamped([.. _free.Select(c => Math.Log(Math.Max(c.Get(constants), LeastShare * c.Maximum)))]);

    /// <summary>The set of constants of a vector.</summary>
    public T Constants(ReadOnlySpan<double> vector)
    {
        T constants = _start;
        for (int i = 0; i < _free.Length; i++)
        {
            constants = _free[i].With(constants, Math.Exp(vector[i]));
        }

        return constants;
    }

    /// <summary>The vector moved into the physical ranges.</summary>
    public double[] Clamped(double[] vector)
    {
        for (int i = 0; i < _free.Length; i++)
        {
            vector[i] = Math.Clamp(vector[i], Lower(i), Math.Log(_free[i].Maximum));
        }

        return vector;
    }

    /// <summary>Whether a value lies at an end of its physical range.</summary>
    public bool AtBound(ReadOnlySpan<double> vector, int index) =>
        vector[index] <= Lower(index) + 1e-6 || vector[index] >= Math.Log(_free[index].Maximum) - 1e-6;

    private double Lower(int index) => Math.Log(Math.Max(_free[index].Minimum, LeastShare * _free[index].Maximum));
}
