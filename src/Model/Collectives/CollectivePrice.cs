using LlmSim.Model.Units;

namespace LlmSim.Model.Collectives;

/// <summary>What one exchange costs, in parts.</summary>
/// <param name="Latency">Time that does not depend on the message.</param>
/// <param name="Transfer">Time of the data on the slowest tier.</param>
/// <param name="Tier">The tier that limits the data.</param>
/// <param name="Bottleneck">Name of that tier's link, such as <c>NVLink 4</c>; empty where nothing is sent.</param>
public readonly record struct CollectivePrice(Seconds Latency, Seconds Transfer, CollectiveTier Tier, string Bottleneck)
{
    /// <summary>An exchange of one rank with itself.</summary>
    public static CollectivePrice Nothing { get; } = new(Seconds.Zero, Seconds.Zero, CollectiveTier.None, string.Empty);

    /// <summary>The whole time.</summary>
    public Seconds Total => Latency + Transfer;
}

/// <summary>A level of the interconnect.</summary>
public enum CollectiveTier
{
    /// <summary>No link is used.</summary>
    None,

    /// <summary>The links inside a node or scale-up domain.</summary>
    ScaleUp,

    /// <summary>The network between nodes.</summary>
    ScaleOut,
}

/// <summary>Who carries out an exchange.</summary>
public enum CollectiveBackend
{
    /// <summary>NCCL or its like.</summary>
    Library,

    /// <summary>The inference engine's own all-reduce inside a captured graph, where it applies; else the library.</summary>
    Direct,

    /// <summary>The same launched by the host call by call, with a copy into the registered buffer.</summary>
    DirectEager,
}
