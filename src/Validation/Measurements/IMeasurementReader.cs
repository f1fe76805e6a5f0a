using System.Collections.Immutable;

namespace LlmSim.Validation.Measurements;

/// <summary>Knows one kind of measurement table. A new kind is one of these and a line in <see cref="MeasurementReaders"/>.</summary>
public interface IMeasurementReader
{
    /// <summary>Name of the kind, such as <c>gemm</c>.</summary>
    string Name { get; }

    /// <summary>One sentence for users: what a row is.</summary>
    string Title { get; }

    /// <summary>How such files are written.</summary>
    TableFormat Format { get; }

    /// <summary>The columns that it knows; further ones are ignored.</summary>
    ImmutableArray<MeasuredColumn> Columns { get; }

    /// <summary>Whether a file is such a table: by default, whether it has every required column.</summary>
    bool Reads(TableHead head) => head.Format == Format && Columns.All(column => !column.Required || head.Has(column.Name));

    /// <summary>Every measured number of a file, the skipped ones too. What is wrong with a row is said to its cells, which then skip it.</summary>
    IEnumerable<MeasuredRow> Read(MeasurementInput input);
}
