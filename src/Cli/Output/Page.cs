using System.Text;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace LlmSim.Cli.Output;

/// <summary>Lays out an answer for people: headings, facts, tables and bars, as wide as their terminal.</summary>
internal sealed class Page
{
    private const int BarWidth = 24;
    private const int NarrowBarWidth = 10;
    private const int NarrowPage = 72;

    private readonly IAnsiConsole _console;
    private readonly StringBuilder _lines = new();
    private readonly TextWriter _target;

    /// <summary>A page that is written to <paramref name="target"/> by <see cref="Finish"/>.</summary>
    public Page(TextWriter target, Terminal terminal, bool colors)
    {
        _target = target;
        _console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = colors ? AnsiSupport.Yes : AnsiSupport.No,
            ColorSystem = colors ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(new StringWriter(_lines) { NewLine = "\n" }),
        });
        _console.Profile.Width = terminal.Width;
        _console.Profile.Capabilities.Unicode = true;
    }

    private bool IsNarrow => _console.Profile.Width < NarrowPage;

    /// <summary>A line that names what the answer is about.</summary>
    public Page Title(string name, string rest)
    {
        _console.Write(new Markup($"[bold]{Markup.Escape(name)}[/]  {Markup.Escape(rest)}"));
        _console.WriteLine();
        return this;
    }

    /// <summary>A line of plain text, wrapped at words.</summary>
    public Page Line(string text)
    {
        _console.Write(new Text(text));
        _console.WriteLine();
        return this;
    }

    /// <summary>A remark below a table, indented like it.</summary>
    public Page Remark(string text)
    {
        Grid grid = NewGrid(false, Justify.Left);
        grid.AddRow(new Text(text, new Style(Color.Grey)));
        return Write(grid);
    }

    /// <summary>An empty line and the heading of what follows.</summary>
    public Page Heading(string text)
    {
        _console.WriteLine();
        _console.Write(new Markup($"[bold]{Markup.Escape(text)}[/]"));
        _console.WriteLine();
        return this;
    }

    /// <summary>Names with their values and what they mean.</summary>
    public Page Facts(params IEnumerable<(string Name, string Value, string Meaning)> facts)
    {
        Grid grid = NewGrid(true, Justify.Left, Justify.Left, Justify.Left);
        foreach ((string name, string value, string meaning) in facts)
        {
            grid.AddRow(new Text(name), new Text(value, new Style(decoration: Decoration.Bold)), new Text(meaning, new Style(Color.Grey)));
        }

        return Write(grid);
    }

    /// <summary>Parts of a whole as bars with their share and size; parts of nothing are left out.</summary>
    public Page Bars(params IEnumerable<(string Name, double Share, string Value, string Meaning)> bars)
    {
        Grid grid = NewGrid(true, Justify.Left, Justify.Left, Justify.Right, Justify.Right, Justify.Left);
        int width = IsNarrow ? NarrowBarWidth : BarWidth;
        foreach ((string name, double share, string value, string meaning) in bars.Where(static bar => bar.Share > 0))
        {
            int full = Math.Clamp((int)Math.Round(share * width), 0, width);
            var bar = new Text(new string('█', full) + new string('·', width - full), new Style(Color.Blue));
            grid.AddRow(new Text(name), bar, new Text(Words.Percent(share)), new Text(value), new Text(meaning, new Style(Color.Grey)));
        }

        return Write(grid);
    }

    /// <summary>A table. Titles with '&gt;' are of right-aligned columns, those with '~' in front of columns that a narrow page leaves out.</summary>
    public Page Table(IReadOnlyList<string> titles, params IEnumerable<IReadOnlyList<string>> rows)
    {
        int[] shown = [.. Enumerable.Range(0, titles.Count).Where(column => !IsNarrow || !titles[column].StartsWith('~'))];
        var table = new Table { Border = new PlainRule(), ShowRowSeparators = false };
        foreach (string title in shown.Select(column => titles[column]))
        {
            bool isNumber = title.TrimStart('~').StartsWith('>');
            TableColumn column = new TableColumn(new Markup($"[bold]{Markup.Escape(title.TrimStart('~').TrimStart('>'))}[/]")).PadLeft(0).PadRight(2);
            column.NoWrap = isNumber;
            table.AddColumn(isNumber ? column.RightAligned() : column);
        }

        foreach (IReadOnlyList<string> row in rows)
        {
            table.AddRow(shown.Select(column => new Text(row[column])));
        }

        return Write(new Padder(table, new Padding(2, 0, 0, 0)));
    }

    /// <summary>Remarks as a list; nothing where there are none.</summary>
    public Page Notes(string heading, IEnumerable<string> notes)
    {
        Grid grid = NewGrid(false, Justify.Left, Justify.Left);
        bool isEmpty = true;
        foreach (string note in notes)
        {
            grid.AddRow(new Text("-"), new Text(note));
            isEmpty = false;
        }

        return isEmpty ? this : Heading(heading).Write(grid);
    }

    /// <summary>Hands the page over, without blanks at the ends of lines.</summary>
    public ExitCode Finish(ExitCode code)
    {
        foreach (string line in _lines.ToString().TrimEnd().Split('\n'))
        {
            _target.Write(line.TrimEnd());
            _target.Write('\n');
        }

        return code;
    }

    private Page Write(IRenderable what)
    {
        _console.Write(what);
        return this;
    }

    private static Grid NewGrid(bool wide, params Justify[] columns)
    {
        var grid = new Grid { Expand = false };
        for (int i = 0; i < columns.Length; i++)
        {
            var padding = new Padding(i == 0 ? 2 : 0, 0, wide ? 2 : 1, 0);
            grid.AddColumn(new GridColumn { Alignment = columns[i], Padding = padding, NoWrap = i < columns.Length - 1 });
        }

        return grid;
    }

    /// <summary>Only a rule under the titles, so that a table can be cut and pasted.</summary>
    private sealed class PlainRule : TableBorder
    {
        public override string GetPart(TableBorderPart part) => part switch
        {
            TableBorderPart.HeaderBottom => "─",
            TableBorderPart.HeaderBottomSeparator => "─",
            _ => string.Empty,
        };
    }
}
