namespace LlmSim.Model.Cost;

/// <summary>A function of the summed context as straight lines between knots, so that sums over equally growing contexts have a closed form.</summary>
/// <remarks>Knots are refined until straight lines are within 0.1 % of the exact function. Beyond the last knot the last line goes on.</remarks>
public sealed class DecodeCurve
{
    private const double Tolerance = 1e-3;
    private const int MaximumDepth = 12;

    private readonly double[] _knots;
    private readonly double[] _values;
    private readonly double[] _slopes;

    /// <summary>Samples a function between two summed contexts.</summary>
    /// <param name="exact">Seconds as a function of the summed context in tokens.</param>
    /// <param name="from">Smallest summed context, at least one.</param>
    /// <param name="to">Largest summed context, above the smallest.</param>
    public DecodeCurve(Func<double, double> exact, double from, double to)
    {
        List<(double Knot, double Value)> points = [(from, exact(from))];
        Refine(exact, points[0], (to, exact(to)), points, 0);
        _knots = [.. points.Select(static p => p.Knot)];
        _values = [.. points.Select(static p => p.Value)];
        _slopes = new double[_knots.Length];
        for (int i = 0; i + 1 < _knots.Length; i++)
        {
            _slopes[i] = (_values[i + 1] - _values[i]) / (_knots[i + 1] - _knots[i]);
        }

        _slopes[^1] = _slopes[^2];
    }

    /// <summary>Knots of the curve.</summary>
    public int Knots => _knots.Length;

    /// <summary>Seconds at a summed context.</summary>
    public double At(double context)
    {
        int segment = Segment(context);
        return _values[segment] + (_slopes[segment] * (context - _knots[segment]));
    }

    /// <summary>The sum of the seconds at <paramref name="count"/> contexts that start at <paramref name="first"/> and grow by <paramref name="growth"/> each.</summary>
    public double Sum(double first, double growth, int count)
    {
        double sum = 0;
        int done = 0;
        int segment = Segment(first);
        while (done < count)
        {
            double start = first + (done * growth);
            int inside = count - done;
            if (growth > 0 && segment + 1 < _knots.Length)
            {
                double room = (_knots[segment + 1] - start) / growth;
                inside = (int)Math.Min(inside, Math.Max(0, Math.Ceiling(room)));
            }

            // Contexts start, start + growth, …: values form an arithmetic series on one line.
            double firstValue = _values[segment] + (_slopes[segment] * (start - _knots[segment]));
            sum += (inside * firstValue) + (_slopes[segment] * growth * inside * (inside - 1d) / 2);
            done += inside;
            segment++;
        }

        return sum;
    }

    private int Segment(double context)
    {
        int index = Array.BinarySearch(_knots, context);
        return Math.Clamp(index >= 0 ? index : ~index - 1, 0, _knots.Length - 1);
    }

    private static void Refine(Func<double, double> exact, (double Knot, double Value) left, (double Knot, double Value) right, List<(double, double)> points, int depth)
    {
        double middle = left.Knot > 0 && right.Knot > 4 * left.Knot ? Math.Sqrt(left.Knot * right.Knot) : (left.Knot + right.Knot) / 2;
        double value = exact(middle);
        double line = left.Value + ((right.Value - left.Value) * (middle - left.Knot) / (right.Knot - left.Knot));
        bool straight = depth > 1 && Math.Abs(line - value) <= Tolerance * value;
        if (!straight && depth < MaximumDepth && right.Knot - left.Knot > 1)
        {
            Refine(exact, left, (middle, value), points, depth + 1);
            Refine(exact, (middle, value), right, points, depth + 1);
            return;
        }

        points.Add(right);
    }
}
