using LlmSim.Model.Units;
using MathNet.Numerics.Distributions;

namespace LlmSim.Schedules.Traffic;

/// <summary>Conversations: each turn sends all that was said before and something new, some time after the last answer. Owns the conversations under way.</summary>
/// <remarks>
/// Sessions start whatever becomes of others, and the turns of one follow each other in a closed loop, as in the multi-turn workloads of Mooncake (Qin et al.
/// 2025) and of vLLM's benchmark. A refused turn is not repeated, and what it would have said counts as said. A session ends with its turns, or before a turn
/// that is longer than the context.
/// </remarks>
public sealed class Sessions : IRequestSource
{
    /// <summary>Turns of a session at most: the draws of a turn are numbered by session and turn together.</summary>
    public const int MostTurns = 1 << 16;

    private readonly SessionShape _shape;
    private readonly OpenLoop _starts;
    private readonly UniformDraws _prompt;
    private readonly UniformDraws _output;
    private readonly UniformDraws _think;
    private readonly UniformDraws _turns;
    private readonly Dictionary<long, Conversation> _open = [];
    private readonly PriorityQueue<(Instant Time, long Session), (Instant Time, long Order)> _due = new();
    private readonly long _requests;
    private readonly Instant _until;
    private long _order;
    private long _issued;

    /// <summary>Sessions that together send at most <paramref name="requests"/> requests, none after <paramref name="until"/>.</summary>
    public Sessions(SessionShape shape, ArrivalProcess starts, long requests, Seconds? until = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(requests);
        RequestShapes ones = new() { Prompt = LengthDistribution.Fixed(1), Output = LengthDistribution.Fixed(1), Seed = shape.Turn.Seed };
        _shape = shape;
        _starts = new OpenLoop(starts, ones, long.MaxValue, until);
        _requests = requests;
        _until = until is Seconds end ? Instant.At(end) : Instant.Never;
        _prompt = new UniformDraws(shape.Turn.Seed, TrafficStream.Prompt);
        _output = new UniformDraws(shape.Turn.Seed, TrafficStream.Output);
        _think = new UniformDraws(shape.Turn.Seed, TrafficStream.ThinkTime);
        _turns = new UniformDraws(shape.Turn.Seed, TrafficStream.Turns);
    }

    /// <inheritdoc/>
    public Instant NextArrival => _issued >= _requests ? Instant.Never : Instant.Min(_starts.NextArrival, NextTurn);

    private Instant NextTurn => _due.TryPeek(out (Instant Time, long Session) due, out _) ? due.Time : Instant.Never;

    /// <inheritdoc/>
    public Request Take()
    {
        if (NextTurn <= _starts.NextArrival)
        {
            (Instant time, long session) = _due.Dequeue();
            return Turn(session, _open[session], time);
        }

        Request start = _starts.Take();
        Conversation opened = new(0, Math.Min(MostTurns, _shape.Turns.Quantile(_turns.At(start.Id))), 0);
        _open.Add(start.Id, opened);
        return Turn(start.Id, opened, start.Arrival);
    }

    /// <inheritdoc/>
    public void Finished(in Request request, Instant now)
    {
        Conversation conversation = _open[request.Session];
        long index = Index(request.Session, conversation.Turn);
        Instant next = now + (_shape.ThinkTime * Exponential.InvCDF(1, _think.At(index)));
        bool goesOn = conversation.Turn < conversation.Turns && Length(request.Session, conversation) <= (_shape.MaxContext ?? long.MaxValue);
        if (goesOn && next <= _until)
        {
            _due.Enqueue((next, request.Session), (next, _order++));
        }
        else
        {
            _open.Remove(request.Session);
        }
    }

    private static long Index(long session, int turn) => (session * MostTurns) + turn;

    /// <summary>Tokens of the next turn with its answer.</summary>
    private long Length(long session, in Conversation conversation)
    {
        long index = Index(session, conversation.Turn);
        return _shape.Turn.Prefix.Tokens + conversation.History
            + _shape.Turn.Prompt.Quantile(_prompt.At(index)) + _shape.Turn.Output.Quantile(_output.At(index));
    }

    private Request Turn(long session, in Conversation conversation, Instant time)
    {
        long index = Index(session, conversation.Turn);
        long length = Length(session, conversation);
        int output = _shape.Turn.Output.Quantile(_output.At(index));
        SharedPrefix prefix = _shape.Turn.Prefix;
        _open[session] = new Conversation(conversation.Turn + 1, conversation.Turns, length - prefix.Tokens);
        return new Request
        {
            Id = _issued++,
            Arrival = time,
            PromptTokens = (int)Math.Min(int.MaxValue, length - output),
            OutputTokens = output,
            PrefixBlocks = prefix.Hashes(session, _shape.Turn.Seed, length),
            PrefixBlockTokens = prefix.BlockTokens,
            Session = session,
            User = _shape.Turn.UserOf(session),
        };
    }

    /// <summary>How far a session is: turns that were sent, turns in all, and tokens said so far beyond the common beginning.</summary>
    private readonly record struct Conversation(int Turn, int Turns, long History);
}
