using System.Collections.Immutable;

namespace LlmSim.Validation.Measurements;

/// <summary>Reads CSV tables of which every row measures one thing.</summary>
public abstract class RowReader : IMeasurementReader
{
    /// <inheritdoc/>
    public abstract string Name { get; }

    /// <inheritdoc/>
    public abstract string Title { get; }

    /// <inheritdoc/>
    public TableFormat Format => TableFormat.Csv;

    /// <inheritdoc/>
    public abstract ImmutableArray<MeasuredColumn> Columns { get; }

    /// <inheritdoc/>
    public virtual bool Reads(TableHead head) => head.Format == Format && Columns.All(column => !column.Required || head.Has(column.Name));

    /// <inheritdoc/>
    public IEnumerable<MeasuredRow> Read(MeasurementInput input) => input.Rows().Select(Read);

    /// <summary>The measured row on which the cells stand.</summary>
    protected abstract MeasuredRow Read(MeasuredCells cells);
}
