using System.Globalization;
using System.Text.Json;
using LlmSim.Model.Architecture;
using LlmSim.Model.Catalog;
using LlmSim.Model.Hardware;

namespace LlmSim.Validation.Measurements;

/// <summary>The cells of one row of a file, read by column name. Owns what was found wrong with the row: one complaint skips it.</summary>
/// <remarks>The same object is moved from row to row; readers keep none of it.</remarks>
public abstract class MeasuredCells(TableHead head)
{
    private readonly List<RowProblem> _problems = [];

    /// <summary>By what the table was recognised.</summary>
    public TableHead Head { get; } = head;

    /// <summary>Name of the table: the file's name without extension.</summary>
    public string Table { get; } = System.IO.Path.GetFileNameWithoutExtension(head.Path);

    /// <summary>Line of the row, from one.</summary>
    public int Line { get; protected set; }

    /// <summary>Why the row is skipped so far; null where nothing is wrong with it.</summary>
    public string? Skipped { get; private set; }

    /// <summary>Whether nothing was found wrong with the row so far.</summary>
    public bool IsSound => Skipped is null;

    /// <summary>The row as JSON; undefined for a CSV.</summary>
    public virtual JsonElement Json => default;

    /// <summary>What was found wrong with all rows so far.</summary>
    internal List<RowProblem> Problems => _problems;

    /// <summary>Fingerprint of all cells but the measured ones; zero where repetition is not looked for.</summary>
    internal virtual ulong WorkKey => 0;

    /// <summary>The text of a cell; empty where the column is absent or blank.</summary>
    public abstract string Text(string column);

    /// <summary>The text of a cell that must not be blank.</summary>
    public string Name(string column)
    {
        string text = Text(column);
        if (text.Length == 0)
        {
            Skip(SkipReasons.BadValue, $"{column} is blank; give a name");
        }

        return text;
    }

    /// <summary>A whole number of at least <paramref name="least"/>; where the cell is blank, <paramref name="otherwise"/> if that is given.</summary>
    public int Count(string column, int? otherwise = null, int least = 1)
    {
        string text = Text(column);
        if (text.Length == 0 && otherwise is int assumed)
        {
            return assumed;
        }

        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value)
            && value >= least && value <= int.MaxValue && value == Math.Floor(value))
        {
            return (int)value;
        }

        Skip(SkipReasons.BadValue, FormattableString.Invariant($"{column} '{text}'; legal is a whole number of at least {least}"));
        return Math.Max(1, least);
    }

    /// <summary>A finite number of at least <paramref name="least"/>; where the cell is blank, <paramref name="otherwise"/> if that is given.</summary>
    public double Number(string column, double? otherwise = null, double least = 0)
    {
        string text = Text(column);
        if (text.Length == 0 && otherwise is double assumed)
        {
            return assumed;
        }

        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value) && value >= least)
        {
            return value;
        }

        Skip(SkipReasons.BadValue, FormattableString.Invariant($"{column} '{text}'; legal is a number of at least {least}"));
        return Math.Max(1, least);
    }

    /// <summary>A measured value: finite and above zero.</summary>
    public double Measured(string column)
    {
        string text = Text(column);
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value) && value > 0)
        {
            return value;
        }

        Skip(SkipReasons.BadMeasurement, $"{column} '{text}'; legal is a finite number above zero");
        return double.NaN;
    }

    /// <summary>The device that a cell names by catalog key or alias; null, and the row is skipped, where there is none.</summary>
    public Accelerator? Accelerator(string column)
    {
        string text = Text(column);
        if (DeviceNames.TryFind(text, out Accelerator? accelerator))
        {
            return accelerator;
        }

        Skip(SkipReasons.UnknownGpu, $"unknown {column} '{text}'{Near(HardwareCatalog.Accelerators.Suggest(text))}; 'llmsim catalog accelerators' lists all");
        return null;
    }

    /// <summary>The node in which the device that a cell names usually comes; null, and the row is skipped, where there is no such device.</summary>
    public Node? Node(string column) => DeviceNames.TryFindNode(Text(column), out Node? node) || Accelerator(column) is null ? node : null;

    /// <summary>The number formats that a cell names; where it is blank those of the column <paramref name="otherwise"/>, if that is given.</summary>
    public OperandFormats Formats(string column, string? otherwise = null)
    {
        string text = Text(column);
        if (text.Length == 0 && otherwise is not null)
        {
            return Formats(otherwise);
        }

        if (!FormatNames.TryParse(text, out OperandFormats formats))
        {
            Skip(SkipReasons.UnknownFormat, $"unknown {column} '{text}'; legal are {FormatNames.Legal}");
        }

        return formats;
    }

    /// <summary>The model that a cell names by catalog key or alias; null, and the row is skipped, where there is none.</summary>
    public TransformerArchitecture? Model(string column)
    {
        string text = Text(column);
        if (ModelCatalog.TryFind(text, out TransformerArchitecture? model))
        {
            return model;
        }

        Skip(SkipReasons.UnknownModel, $"unknown {column} '{text}'{Near(ModelCatalog.Suggest(text))}; 'llmsim catalog models' lists all");
        return null;
    }

    /// <summary>Skips the row and reports why.</summary>
    /// <param name="reason">The words under which it is counted; one of <see cref="SkipReasons"/>.</param>
    /// <param name="message">What was found and what is legal.</param>
    public void Skip(string reason, string message)
    {
        if (Skipped != SkipReasons.BrokenLine)
        {
            Skipped ??= reason;
            _problems.Add(new(Head.Path, Line, message));
        }
    }

    /// <summary>Skips a row that is right but that the simulator does not model, without reporting it as a mistake.</summary>
    /// <param name="reason">The words under which it is counted.</param>
    public void Pass(string reason) => Skipped ??= reason;

    /// <summary>Starts the next measurement of a row that holds several, such as a report: what was wrong with the one before does not skip it.</summary>
    public void BeginPart() => Skipped = null;

    /// <summary>A row for this line with what its columns say; skipped where anything was found wrong. Call it after reading all cells.</summary>
    /// <param name="metric">What was measured.</param>
    /// <param name="measured">The measured value in SI units.</param>
    /// <param name="work">What to price; dropped where the row is skipped.</param>
    public MeasuredRow Row(string metric, double measured, MeasuredWork? work)
    {
        string id = Text("id");
        return new MeasuredRow
        {
            Table = Table,
            Line = Line,
            Id = id.Length > 0 ? id : Line.ToString(CultureInfo.InvariantCulture),
            Metric = metric,
            Measured = measured,
            Gpu = Text("gpu"),
            Format = First("dtype", "precision", "quant"),
            Source = First("source", "benchmark", "stack"),
            Work = IsSound ? work : null,
            Skipped = Skipped,
        };
    }

    /// <summary>The first of these cells that is not blank.</summary>
    public string First(params ReadOnlySpan<string> columns)
    {
        foreach (string column in columns)
        {
            if (Text(column) is { Length: > 0 } text)
            {
                return text;
            }
        }

        return string.Empty;
    }

    /// <summary>Forgets what was wrong with the row before.</summary>
    protected void Begin(int line) => (Line, Skipped) = (line, null);

    private static string Near(IReadOnlyCollection<string> names) => names.Count == 0 ? string.Empty : "; near are " + string.Join(", ", names);
}
