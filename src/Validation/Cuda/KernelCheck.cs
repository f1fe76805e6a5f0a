using LlmSim.Model.Units;

namespace LlmSim.Validation.Cuda;

/// <summary>How far a kernel's output is from a reference in double precision.</summary>
/// <param name="Error">Frobenius norm of the difference over that of the reference; infinite where an element is no number or was never written.</param>
/// <param name="FirstWrong">Index of the first element that is off by more than the tolerance of the norm's mean element, or that is no number; null where none is.</param>
/// <param name="Expected">That element in the reference.</param>
/// <param name="Found">That element in the output.</param>
public readonly record struct KernelCheck(double Error, long? FirstWrong, double Expected, double Found)
{
    /// <summary>Compares an output with its reference.</summary>
    /// <param name="expected">The reference.</param>
    /// <param name="found">The output, of the same length.</param>
    /// <param name="tolerance">Largest relative error.</param>
    public static KernelCheck Compare(ReadOnlySpan<double> expected, ReadOnlySpan<float> found, double tolerance)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(expected.Length, found.Length);
        double difference = 0;
        double norm = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            difference += (expected[i] - found[i]) * (expected[i] - found[i]);
            norm += expected[i] * expected[i];
        }

        double error = norm > 0 ? Math.Sqrt(difference / norm) : Math.Sqrt(difference);
        double allowed = tolerance * 10 * Math.Sqrt(norm / Math.Max(1, expected.Length));
        for (int i = 0; i < expected.Length; i++)
        {
            if (!float.IsFinite(found[i]) || (error > tolerance && Math.Abs(expected[i] - found[i]) > allowed))
            {
                return new(double.IsFinite(error) ? error : double.PositiveInfinity, i, expected[i], found[i]);
            }
        }

        return new(error, null, 0, 0);
    }

    /// <summary>What is wrong, or that nothing is.</summary>
    public override string ToString() => FirstWrong is long index
        ? FormattableString.Invariant($"relative error {Error:0.0e+0}, first wrong element {index}: expected {Expected:G6}, found {Found:G6}")
        : "relative error " + QuantityText.PrintNumber(Error);
}
