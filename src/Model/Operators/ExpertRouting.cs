namespace LlmSim.Model.Operators;

/// <summary>How tokens choose their experts.</summary>
public enum RoutingLaw
{
    /// <summary>Each token takes its experts at random, all equally likely.</summary>
    Uniform,

    /// <summary>Tokens walk round the experts, so that loads differ by one token at most.</summary>
    Balanced,

    /// <summary>Loads of the experts are drawn from a power law.</summary>
    PowerLaw,
}

/// <summary>The law by which tokens choose experts, and the limits that a benchmark's router puts on it. The default is uniform.</summary>
/// <param name="Law">The law.</param>
/// <param name="Exponent">Exponent of the power law.</param>
/// <param name="Groups">Groups of a router that limits made-up logits; zero or one without limit.</param>
/// <param name="KeptGroups">Groups that a token keeps.</param>
/// <param name="LowestFirst">Whether drawn loads are brought to their sum over the lowest expert numbers first, as the collector of early tables did.</param>
/// <remarks>
/// The limit concerns logits made for a benchmark: what the router rejects falls on the lowest experts of the kept groups. A trained router chooses
/// other good experts instead, so that a server needs no limit here.
/// </remarks>
public readonly record struct ExpertRouting(RoutingLaw Law, double Exponent = 0, int Groups = 1, int KeptGroups = 1, bool LowestFirst = false)
{
    /// <summary>Tokens take experts at random, all equally likely.</summary>
    public static ExpertRouting Uniform => default;

    /// <summary>Loads differ by one token at most.</summary>
    public static ExpertRouting Balanced { get; } = new(RoutingLaw.Balanced);

    /// <summary>Whether some choices are rejected.</summary>
    public bool Limited => KeptGroups > 0 && KeptGroups < Groups;

    /// <summary>Loads of the experts follow a power law.</summary>
    public static ExpertRouting PowerLaw(double exponent) => new(RoutingLaw.PowerLaw, exponent);
}
