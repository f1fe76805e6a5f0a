using LlmSim.Model.Units;

namespace LlmSim.Planning.Scenarios;

/// <summary>Who asks for what, and when.</summary>
public abstract record TrafficSource;

/// <summary>Requests as a file recorded them.</summary>
/// <param name="File">The file, from the current directory.</param>
/// <param name="TimeScale">Arrival times are multiplied by this: at 0.5 requests come twice as fast.</param>
/// <param name="Limit">How many requests are taken from the start of the file, or null for all.</param>
public sealed record TraceTraffic(string File, double TimeScale, int? Limit) : TrafficSource;

/// <summary>Requests that a program makes up.</summary>
/// <param name="Requests">How many requests arrive, or null where the duration ends them.</param>
/// <param name="Prompt">Tokens of a prompt.</param>
/// <param name="Output">Tokens of an answer.</param>
public abstract record SyntheticTraffic(int? Requests, TokenLengths Prompt, TokenLengths Output) : TrafficSource
{
    /// <summary>What prompts begin with, or null for nothing in common.</summary>
    public PrefixOptions? Prefix { get; init; }

    /// <summary>Users to whom requests or conversations belong.</summary>
    public int Users { get; init; } = 1;
}

/// <summary>What prompts begin with.</summary>
/// <param name="Tokens">Tokens of the common beginning, on top of those of the prompt.</param>
/// <param name="Groups">Number of different beginnings, equally likely.</param>
public sealed record PrefixOptions(int Tokens, int Groups);

/// <summary>Independent arrivals at a mean rate.</summary>
/// <param name="Rate">Mean rate of requests.</param>
/// <param name="Requests">How many requests arrive, or null where the duration ends them.</param>
/// <param name="Prompt">Tokens of a prompt.</param>
/// <param name="Output">Tokens of an answer.</param>
public sealed record PoissonTraffic(Hertz Rate, int? Requests, TokenLengths Prompt, TokenLengths Output) : SyntheticTraffic(Requests, Prompt, Output);

/// <summary>Arrivals whose gaps follow a gamma distribution.</summary>
/// <param name="Rate">Mean rate of requests.</param>
/// <param name="CoefficientOfVariation">Standard deviation of a gap over its mean: 1 is Poisson, above 1 burstier.</param>
/// <param name="Requests">How many requests arrive, or null where the duration ends them.</param>
/// <param name="Prompt">Tokens of a prompt.</param>
/// <param name="Output">Tokens of an answer.</param>
public sealed record GammaTraffic(Hertz Rate, double CoefficientOfVariation, int? Requests, TokenLengths Prompt, TokenLengths Output)
    : SyntheticTraffic(Requests, Prompt, Output);

/// <summary>Arrivals whose gaps follow a Weibull distribution.</summary>
/// <param name="Rate">Mean rate of requests.</param>
/// <param name="CoefficientOfVariation">Standard deviation of a gap over its mean: 1 is Poisson, above 1 burstier.</param>
/// <param name="Requests">How many requests arrive, or null where the duration ends them.</param>
/// <param name="Prompt">Tokens of a prompt.</param>
/// <param name="Output">Tokens of an answer.</param>
public sealed record WeibullTraffic(Hertz Rate, double CoefficientOfVariation, int? Requests, TokenLengths Prompt, TokenLengths Output)
    : SyntheticTraffic(Requests, Prompt, Output);

/// <summary>Arrivals whose rate swings over a day.</summary>
/// <param name="Rate">Mean rate over a period.</param>
/// <param name="Amplitude">Swing over mean, as a fraction of one.</param>
/// <param name="Period">Time from one lowest rate to the next.</param>
/// <param name="CoefficientOfVariation">Burstiness around the rate: 1 is Poisson.</param>
/// <param name="Requests">How many requests arrive, or null where the duration ends them.</param>
/// <param name="Prompt">Tokens of a prompt.</param>
/// <param name="Output">Tokens of an answer.</param>
public sealed record DiurnalTraffic(
    Hertz Rate, double Amplitude, Seconds Period, double CoefficientOfVariation, int? Requests, TokenLengths Prompt, TokenLengths Output)
    : SyntheticTraffic(Requests, Prompt, Output);

/// <summary>Arrivals whose rate rises or falls evenly.</summary>
/// <param name="From">Rate at the start.</param>
/// <param name="To">Rate at the end of the ramp and after it.</param>
/// <param name="Over">Length of the ramp.</param>
/// <param name="CoefficientOfVariation">Burstiness around the rate: 1 is Poisson.</param>
/// <param name="Requests">How many requests arrive, or null where the duration ends them.</param>
/// <param name="Prompt">Tokens of a prompt.</param>
/// <param name="Output">Tokens of an answer.</param>
public sealed record RampTraffic(Hertz From, Hertz To, Seconds Over, double CoefficientOfVariation, int? Requests, TokenLengths Prompt, TokenLengths Output)
    : SyntheticTraffic(Requests, Prompt, Output);

/// <summary>Arrivals at equal distances.</summary>
/// <param name="Interval">Time between two arrivals.</param>
/// <param name="Requests">How many requests arrive, or null where the duration ends them.</param>
/// <param name="Prompt">Tokens of a prompt.</param>
/// <param name="Output">Tokens of an answer.</param>
public sealed record ConstantTraffic(Seconds Interval, int? Requests, TokenLengths Prompt, TokenLengths Output)
    : SyntheticTraffic(Requests, Prompt, Output);

/// <summary>Several requests at once, at random times.</summary>
/// <param name="Rate">Mean rate of bursts.</param>
/// <param name="Size">Requests in one burst.</param>
/// <param name="Requests">How many requests arrive, or null where the duration ends them.</param>
/// <param name="Prompt">Tokens of a prompt.</param>
/// <param name="Output">Tokens of an answer.</param>
public sealed record BurstTraffic(Hertz Rate, int Size, int? Requests, TokenLengths Prompt, TokenLengths Output)
    : SyntheticTraffic(Requests, Prompt, Output);

/// <summary>Clients that each wait for their answer before they ask again.</summary>
/// <param name="Clients">Requests in flight at most.</param>
/// <param name="ThinkTime">Time between an answer and the next request of the same client.</param>
/// <param name="IsRandom">Whether that time is the mean of an exponential distribution.</param>
/// <param name="Requests">How many requests arrive, or null where the duration ends them.</param>
/// <param name="Prompt">Tokens of a prompt.</param>
/// <param name="Output">Tokens of an answer.</param>
public sealed record ClosedLoopTraffic(int Clients, Seconds ThinkTime, bool IsRandom, int? Requests, TokenLengths Prompt, TokenLengths Output)
    : SyntheticTraffic(Requests, Prompt, Output);

/// <summary>Conversations whose turns carry all that was said before.</summary>
/// <param name="Rate">Mean rate at which conversations start.</param>
/// <param name="Turns">Turns of a conversation.</param>
/// <param name="ThinkTime">Mean time between an answer and the next turn.</param>
/// <param name="Requests">How many requests arrive, or null where the duration ends them.</param>
/// <param name="Prompt">New tokens of a turn.</param>
/// <param name="Output">Tokens of an answer.</param>
public sealed record SessionTraffic(Hertz Rate, TokenLengths Turns, Seconds ThinkTime, int? Requests, TokenLengths Prompt, TokenLengths Output)
    : SyntheticTraffic(Requests, Prompt, Output);
