using System.CommandLine;
using System.CommandLine.Parsing;
using LlmSim.Model.Units;
using LlmSim.Schedules.Pipelines;

namespace LlmSim.Cli.Commands;

/// <summary>The options of <c>schedule</c>.</summary>
internal sealed class ScheduleOptions
{
    /// <summary>More passes than any training run has; a slip of the pen could ask for memory without end.</summary>
    private const double MostPasses = 4_000_000;

    private static readonly Seconds LongestPass = Seconds.From(3600);

    private readonly Argument<string?> _name = new("NAME") { Description = "The schedule, one of: " + string.Join(", ", PipelineSchedules.Names), Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<bool> _compare = new("--compare") { Description = "A table of all schedules" };
    private readonly Option<int> _stages = new("--stages") { Description = "Stages p of the pipeline", HelpName = "P", Required = true };
    private readonly Option<int> _microBatches = new("--microbatches") { Description = "Micro-batches m of a step; DualPipe's and Chimera's count both directions", HelpName = "M", Required = true };
    private readonly Option<int> _chunks = new("--chunks") { Description = "Chunks v of layers on each stage; 1 for the schedule's own number", HelpName = "V", DefaultValueFactory = static _ => 1 };
    private readonly Option<Seconds?> _forward = Time("--forward", "Forward of one micro-batch in a whole stage, such as '18.5 ms'", required: true);
    private readonly Option<Seconds?> _input = Time("--backward-input", "Gradient of its inputs", required: true);
    private readonly Option<Seconds?> _weight = Time("--backward-weight", "Gradient of the weights", required: true);
    private readonly Option<Seconds?> _transfer = Time("--transfer", "A hop between stages, which occupies neither; nothing where left out");
    private readonly Option<Seconds?> _pair = Time("--overlapped-pair", "A forward overlapped with a backward in DualPipe; the sum of their times where left out");
    private readonly Option<double?> _memory = new("--memory-limit") { Description = "Most micro-batches whose activations a stage may hold, a whole stage counting 1", HelpName = "X" };
    private readonly Option<string?> _svg = PictureFile("--svg", "Draw who runs what when, as SVG");
    private readonly Option<string?> _png = PictureFile("--png", "Draw who runs what when, as PNG");
    private readonly Option<string?> _trace = PictureFile("--trace", "Write a trace for Perfetto or chrome://tracing");

    /// <summary>Adds them to the command.</summary>
    public void AddTo(Command command)
    {
        command.Add(_name);
        foreach (Option option in (Option[])[_compare, _stages, _microBatches, _chunks, _forward, _input, _weight, _transfer, _pair, _memory, _svg, _png, _trace])
        {
            command.Add(option);
        }
    }

    /// <summary>The schedule asked for; null for a comparison.</summary>
    public string? Name(ParseResult parse) => parse.GetValue(_name);

    /// <summary>Whether all schedules are compared.</summary>
    public bool IsComparison(ParseResult parse) => parse.GetValue(_compare);

    /// <summary>Files to write, by option.</summary>
    public (string? Svg, string? Png, string? Trace) Files(ParseResult parse) => (parse.GetValue(_svg), parse.GetValue(_png), parse.GetValue(_trace));

    /// <summary>The stages asked about.</summary>
    public ScheduleQuestion Read(ParseResult parse, List<string> wrong)
    {
        var question = new ScheduleQuestion(
            parse.GetRequiredValue(_stages),
            parse.GetRequiredValue(_microBatches),
            parse.GetValue(_chunks),
            new(parse.GetValue(_forward) ?? default, parse.GetValue(_input) ?? default, parse.GetValue(_weight) ?? default))
        {
            Transfer = parse.GetValue(_transfer) ?? default,
            OverlappedPair = parse.GetValue(_pair),
            MemoryLimit = parse.GetValue(_memory),
        };
        if (question.MemoryLimit is <= 0 or double.NaN)
        {
            wrong.Add($"--memory-limit is '{question.MemoryLimit}': expected a number of micro-batches more than 0, such as 8");
        }

        (string Name, int Value)[] sizes = [("--stages", question.Stages), ("--microbatches", question.MicroBatches), ("--chunks", question.Chunks)];
        wrong.AddRange(sizes.Where(static size => size.Value < 1).Select(static size => $"{size.Name} is '{size.Value}': expected a whole number of at least 1"));
        if ((double)question.Stages * question.MicroBatches * question.Chunks > MostPasses)
        {
            wrong.Add($"{question.Stages} stages of {question.Chunks} chunks with {question.MicroBatches} micro-batches are more than {MostPasses:#,0} passes");
        }

        return question;
    }

    private static Option<Seconds?> Time(string name, string description, bool required = false) => new(name)
    {
        Description = description,
        HelpName = "TIME",
        Required = required,
        CustomParser = static result => Parse(result),
    };

    private static Seconds? Parse(ArgumentResult result)
    {
        string text = string.Join(' ', result.Tokens.Select(static token => token.Value));
        if (text == "0")
        {
            return Seconds.Zero;
        }

        if (!QuantityText.TryParse(text, out Seconds time, out string error))
        {
            result.AddError(error);
            return null;
        }

        if (time < Seconds.Zero || time > LongestPass)
        {
            result.AddError($"'{text}' is no time of a pass: expected 0 to {LongestPass}");
            return null;
        }

        return time;
    }

    private static Option<string?> PictureFile(string name, string description) => new(name) { Description = description, HelpName = "FILE" };
}
