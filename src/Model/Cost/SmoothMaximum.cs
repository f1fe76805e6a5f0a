namespace LlmSim.Model.Cost;

/// <summary>The p-norm of two times: close to the larger one, and above it where both are alike and compete.</summary>
public static class SmoothMaximum
{
    /// <summary>(x^p + y^p)^(1/p) for non-negative x and y.</summary>
    public static double Of(double x, double y, double order)
    {
        double larger = Math.Max(x, y);
        if (larger <= 0)
        {
            return 0;
        }

        double ratio = Math.Min(x, y) / larger;
        return larger * Math.Pow(1 + Math.Pow(ratio, order), 1 / order);
    }
}
