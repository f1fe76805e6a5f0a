namespace LlmSim.Model.Calibration;

/// <summary>The triangular square root of a correlation matrix, which turns independent draws into correlated ones.</summary>
internal static class Cholesky
{
    /// <summary>The lower triangle L with L·Lᵀ equal to the matrix; directions without variance, as rounding in files can make them, become zero. Row by row.</summary>
    /// <param name="matrix">A symmetric matrix, row by row.</param>
    /// <param name="size">Rows.</param>
    public static double[] Of(ReadOnlySpan<double> matrix, int size)
    {
        double[] factor = new double[size * size];
        for (int row = 0; row < size; row++)
        {
            for (int column = 0; column <= row; column++)
            {
                double rest = matrix[(row * size) + column];
                for (int k = 0; k < column; k++)
                {
                    rest -= factor[(row * size) + k] * factor[(column * size) + k];
                }

                double pivot = factor[(column * size) + column];
                factor[(row * size) + column] = row == column ? Math.Sqrt(Math.Max(0, rest)) : pivot > 1e-9 ? rest / pivot : 0;
            }
        }

        return factor;
    }
}
