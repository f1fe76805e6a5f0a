using System.CommandLine;
using System.Globalization;
using LlmSim.Cli.Output;
using LlmSim.Model.Operators;
using LlmSim.Schedules.Serving;

namespace LlmSim.Cli.Commands;

/// <summary>The sizes for which operators of a server are shown; options of the command, or what is usual for the server.</summary>
internal sealed class ServingShape
{
    private const int Largest = 10_000_000;
    private const int UsualPrompt = 2048;
    private const int UsualBatch = 32;
    private const int UsualContext = 2048;

    private readonly Option<int?> _prompt = Positive("--prompt", "Tokens of the prompt whose prefill is shown (serving)");
    private readonly Option<int?> _batch = Positive("--batch", "Sequences whose decoding is shown (serving)");
    private readonly Option<int?> _context = Positive("--context", "Tokens that each of them attends to (serving)");

    /// <summary>The options, to be added to a command.</summary>
    public Option[] Options => [_prompt, _batch, _context];

    /// <summary>The prefill of one prompt.</summary>
    public OperatorRows Prefill(ParseResult parse, ServeJob job)
    {
        int tokens = parse.GetValue(_prompt) ?? Math.Min(UsualPrompt, job.Settings.TokenBudget);
        StepBatch batch = BatchShape.Prefill(1, tokens, 0, job.Architecture.Window).Batch;
        return OperatorRows.Of(job, batch, "prefill", Words.Invariant($"Prefill: one prompt of {tokens} tokens, ") + OnOne(job));
    }

    /// <summary>One token of each sequence of a batch.</summary>
    public OperatorRows Decode(ParseResult parse, ServeJob job)
    {
        int sequences = parse.GetValue(_batch) ?? Math.Min(UsualBatch, job.Settings.MaxBatch);
        int context = parse.GetValue(_context) ?? Math.Min(UsualContext, job.Settings.MaxContext ?? job.Architecture.MaxContext);
        StepBatch batch = BatchShape.Decode(sequences, context, job.Architecture.Window).Batch;
        return OperatorRows.Of(
            job, batch, "decode", Words.Invariant($"Decode: one token of each of {sequences} sequences with {context} tokens, ") + OnOne(job));
    }

    private static string OnOne(ServeJob job) => Words.OnOneOf(job.Layout.WorldSize);

    private static Option<int?> Positive(string name, string description)
    {
        var option = new Option<int?>(name) { Description = description, HelpName = "N" };
        option.Validators.Add(result =>
        {
            foreach (string text in result.Tokens.Select(static token => token.Value))
            {
                if (!int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out int value) || value is < 1 or > Largest)
                {
                    result.AddError(Words.Invariant($"{name} is '{text}': expected a whole number from 1 to {Largest}"));
                }
            }
        });
        return option;
    }
}
