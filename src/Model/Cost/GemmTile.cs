namespace LlmSim.Model.Cost;

/// <summary>The part of a product that one thread block computes, and a condition under which a library picks it.</summary>
/// <param name="Rows">Rows (tokens) of the tile on one multiprocessor.</param>
/// <param name="Columns">Columns of the tile on one multiprocessor.</param>
/// <param name="RowPadding">Rows to which a product is padded: those of a cluster of blocks that work together.</param>
/// <param name="ColumnPadding">Columns to which a product is padded.</param>
/// <param name="MostRows">Picked for products of up to so many rows.</param>
/// <param name="MostColumns">Picked for products of up to so many columns.</param>
/// <param name="LeastRows">Picked for products of at least so many rows.</param>
/// <param name="LeastDepth">Picked for products of at least this inner size.</param>
public sealed record GemmTile(
    int Rows, int Columns, int RowPadding, int ColumnPadding, double MostRows = double.PositiveInfinity, double MostColumns = double.PositiveInfinity,
    double LeastRows = 0, double LeastDepth = 0)
{
    /// <summary>Whether the library picks this tile for a product of these sizes.</summary>
    public bool IsFor(double m, double n, double k) => m <= MostRows && n <= MostColumns && m >= LeastRows && k >= LeastDepth;

    /// <summary>Tiles of a product of these sizes, padding included.</summary>
    public double Count(double m, double n) =>
        Math.Ceiling(m / RowPadding) * RowPadding / Rows * Math.Ceiling(n / ColumnPadding) * ColumnPadding / Columns;
}
