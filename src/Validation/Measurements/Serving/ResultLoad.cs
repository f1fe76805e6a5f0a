using System.Collections.Immutable;
using LlmSim.Model.Units;
using LlmSim.Schedules.Traffic;

namespace LlmSim.Validation.Measurements.Serving;

/// <summary>How a benchmark drove a server, as its result file says.</summary>
/// <param name="Requests">Requests that were answered.</param>
/// <param name="MeanPrompt">Mean tokens of a prompt.</param>
/// <param name="MeanOutput">Mean tokens of an output.</param>
internal sealed record ResultLoad(int Requests, double MeanPrompt, double MeanOutput)
{
    private const long Seed = 1;

    /// <summary>Gaps that vary less than this are even.</summary>
    private const double LeastVariation = 0.01;

    private const double MostVariation = 100;

    /// <summary>Requests under way at most; null for no limit.</summary>
    public int? Clients { get; init; }

    /// <summary>Requests a second; null where each is sent as soon as a client is free.</summary>
    public double? Rate { get; init; }

    /// <summary>Coefficient of variation of the gaps between arrivals: 1 for Poisson, 0 for even gaps.</summary>
    public double Variation { get; init; } = 1;

    /// <summary>Prompt tokens of each request; null where only their mean is known.</summary>
    public int[]? Prompts { get; init; }

    /// <summary>Output tokens of each request; null where only their mean is known.</summary>
    public int[]? Outputs { get; init; }

    /// <summary>What the server has to be ready for.</summary>
    public ServerLoad Server => new(
        Requests,
        Math.Min(Requests, Clients ?? Requests),
        Prompts?.Max() ?? Whole(MeanPrompt),
        Outputs?.Max() ?? Whole(MeanOutput));

    /// <summary>What was assumed.</summary>
    public ImmutableArray<string> Assumed
    {
        get
        {
            string[] lengths = Prompts is null || Outputs is null ? ["every request has the mean lengths"] : [];
            string[] limit = Rate is not null && Clients is not null ? ["the limit of requests under way never binds"] : [];
            return [.. lengths, .. limit];
        }
    }

    /// <summary>What is wrong with it; null where it can be simulated.</summary>
    public string? Problem =>
        Requests < 1 ? "no request was answered"
        : !(MeanPrompt >= 1 && MeanOutput >= 1 && MeanPrompt + MeanOutput < int.MaxValue)
            ? FormattableString.Invariant($"mean prompt {MeanPrompt} and output {MeanOutput} tokens; legal is at least 1 each")
        : Clients < 1 || Rate <= 0 ? FormattableString.Invariant($"{Clients} clients at {Rate} requests a second; legal is more than none")
        : !(Variation <= MostVariation)
            ? FormattableString.Invariant($"gaps between arrivals vary by {Variation:G3} of their mean; legal is up to {MostVariation}")
        : null;

    /// <summary>The requests.</summary>
    /// <param name="turnaround">Time from the end of a request to its client's next.</param>
    public ServeTraffic Traffic(Seconds turnaround)
    {
        var shapes = new RequestShapes
        {
            Prompt = LengthDistribution.Fixed(Whole(MeanPrompt)),
            Output = LengthDistribution.Fixed(Whole(MeanOutput)),
            Seed = Seed,
        };
        ServeTraffic traffic = Rate is double rate
            ? new ArrivalTraffic(Arrivals(Hertz.From(rate)), shapes, Requests)
            : new ClientTraffic(Math.Min(Requests, Clients ?? Requests), shapes, Requests, turnaround);
        return Prompts is null || Outputs is null ? traffic : new ListedLengths(traffic, [.. Prompts], [.. Outputs]);
    }

    private ArrivalProcess Arrivals(Hertz rate) =>
        Variation >= LeastVariation ? ArrivalProcess.Gamma(rate, Variation) : ArrivalProcess.Constant(rate);

    private static int Whole(double tokens) => Math.Max(1, (int)Math.Round(tokens));
}
