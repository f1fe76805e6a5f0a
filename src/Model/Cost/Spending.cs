using LlmSim.Model.Units;

namespace LlmSim.Model.Cost;

/// <summary>Money and energy that devices take over a time, in total and for each token that comes of it.</summary>
public sealed record Spending
{
    /// <summary>How long the devices are rented and run.</summary>
    public required Seconds Time { get; init; }

    /// <summary>How many there are.</summary>
    public required int Devices { get; init; }

    /// <summary>Tokens that come of it: trained, or sent to clients.</summary>
    public required double Tokens { get; init; }

    /// <summary>Energy of devices and their share of the hosts over the time.</summary>
    public required Joules Energy { get; init; }

    /// <summary>Rent of one device; null where no price was given.</summary>
    public UsdPerHour? Price { get; init; }

    /// <summary>Rent of all devices; null where no price was given.</summary>
    public UsdPerHour? Rate => Price * Devices;

    /// <summary>Rent of all devices over the time; null where no price was given.</summary>
    public Usd? Total => Rate is { } rate ? rate * Time : null;

    /// <summary>Mean power of a device with its share of the host; zero over no time.</summary>
    public Watts MeanPowerPerDevice => Time > Seconds.Zero ? Energy / Time / Devices : Watts.Zero;

    /// <summary>Energy for each token; null where there were none.</summary>
    public Joules? EnergyPerToken => Tokens > 0 ? Energy / Tokens : null;

    /// <summary>Rent for a number of tokens; null without a price or without tokens.</summary>
    public Usd? PricePer(double tokens) => Tokens > 0 ? Total * (tokens / Tokens) : null;
}
