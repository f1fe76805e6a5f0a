using LlmSim.Model.Units;

namespace LlmSim.Schedules.Traffic;

/// <summary>Issues the requests of a trace as they were sent. Owns the position in the text and holds one row.</summary>
/// <remarks>
/// The first row arrives at zero. <see cref="Check"/> reads the whole text beforehand and tells every problem; reading a wrong row during a run
/// throws.
/// </remarks>
public sealed class RequestTrace : IRequestSource
{
    /// <summary>Tokens of a block of content that traces name by a hash.</summary>
    public const int HashedTokens = MooncakeLine.BlockTokens;

    private readonly TraceProblems _problems = new();
    private readonly TraceRows _rows;
    private readonly double _timeScale;
    private readonly long _limit;
    private long _origin;
    private long _issued;
    private Request _next;

    /// <summary>A source over <paramref name="text"/>.</summary>
    /// <param name="text">The trace, in any known format.</param>
    /// <param name="timeScale">Factor on all times: 0.5 sends twice as fast. Positive.</param>
    /// <param name="limit">Rows that are issued at most.</param>
    public RequestTrace(TextReader text, double timeScale = 1, long limit = long.MaxValue)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(timeScale);
        ArgumentOutOfRangeException.ThrowIfNegative(limit);
        _rows = new TraceRows(text, _problems);
        _timeScale = timeScale;
        _limit = limit;
        ReadNext();
    }

    /// <inheritdoc/>
    public Instant NextArrival { get; private set; }

    /// <summary>Reads a whole trace and says what it holds and every problem of it.</summary>
    public static TraceSummary Check(TextReader text)
    {
        TraceProblems problems = new();
        TraceRows rows = new(text, problems);
        (long count, long first, long last, long promptTokens, long outputTokens) = (0, 0, 0, 0, 0);
        while (rows.TryRead(out TraceRow row))
        {
            first = count++ == 0 ? row.Nanoseconds : first;
            last = row.Nanoseconds;
            promptTokens += row.PromptTokens;
            outputTokens += row.OutputTokens;
        }

        if (count == 0 && problems.Count == 0)
        {
            problems.Add(rows.Line, "no row after the header", "at least one request");
        }

        return new TraceSummary
        {
            Format = rows.Format,
            Rows = count,
            Span = new Instant(last) - new Instant(first),
            PromptTokens = promptTokens,
            OutputTokens = outputTokens,
            Problems = problems.First,
            ProblemCount = problems.Count,
        };
    }

    /// <inheritdoc/>
    public Request Take()
    {
        Request taken = NextArrival == Instant.Never ? throw new InvalidOperationException("The trace has ended.") : _next;
        ReadNext();
        return taken;
    }

    /// <inheritdoc/>
    public void Finished(in Request request, Instant now)
    {
        // A trace says when to send, whatever became of earlier requests.
    }

    private void ReadNext()
    {
        NextArrival = Instant.Never;
        if (_issued >= _limit)
        {
            return;
        }

        bool read = _rows.TryRead(out TraceRow row);
        if (_problems.Count > 0)
        {
            throw new InvalidDataException($"The trace was not checked: {_problems.First[0]}.");
        }

        if (read)
        {
            _origin = _issued == 0 ? row.Nanoseconds : _origin;
            NextArrival = Scale(row.Nanoseconds - _origin);
            _next = new Request
            {
                Id = _issued++,
                Arrival = NextArrival,
                PromptTokens = row.PromptTokens,
                OutputTokens = row.OutputTokens,
                PrefixBlocks = row.PrefixBlocks,
                PrefixBlockTokens = row.PrefixBlocks.IsDefaultOrEmpty ? 0 : MooncakeLine.BlockTokens,
                Session = _issued - 1,
            };
        }
    }

    private Instant Scale(long nanoseconds) => _timeScale == 1 ? new(nanoseconds) : Instant.At(new Instant(nanoseconds).SinceStart * _timeScale);
}
