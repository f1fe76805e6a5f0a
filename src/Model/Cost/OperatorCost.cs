using LlmSim.Model.Units;

namespace LlmSim.Model.Cost;

/// <summary>The price of one operator, kept in parts so that a report can say why.</summary>
/// <param name="Compute">Least time of the arithmetic at the rate that kernels reach.</param>
/// <param name="Memory">Least time of the device memory traffic at the bandwidth that kernels reach.</param>
/// <param name="Network">Least time of the bytes on the links.</param>
/// <param name="Launch">Time that passes whatever the size: start, drain and latency.</param>
/// <param name="Host">Time in which the device waits for the host.</param>
/// <param name="Total">What the model says they cost together.</param>
/// <remarks>Each part is a lower bound and they may overlap; <see cref="Attributed"/> splits Total among them without overlap.</remarks>
public readonly record struct OperatorCost(Seconds Compute, Seconds Memory, Seconds Network, Seconds Launch, Seconds Host, Seconds Total)
{
    /// <summary>What takes longest.</summary>
    public CostPart BoundBy
    {
        get
        {
            (CostPart Part, Seconds Time)[] parts =
                [(CostPart.Compute, Compute), (CostPart.Memory, Memory), (CostPart.Network, Network), (CostPart.Launch, Launch), (CostPart.Host, Host)];
            return parts.MaxBy(static p => p.Time.Value).Part;
        }
    }

    /// <summary>The cost <paramref name="times"/> over.</summary>
    public static OperatorCost operator *(OperatorCost cost, double times) =>
        new(cost.Compute * times, cost.Memory * times, cost.Network * times, cost.Launch * times, cost.Host * times, cost.Total * times);

    /// <summary>One cost after another.</summary>
    public static OperatorCost operator +(OperatorCost left, OperatorCost right) =>
        new(left.Compute + right.Compute, left.Memory + right.Memory, left.Network + right.Network, left.Launch + right.Launch, left.Host + right.Host, left.Total + right.Total);

    /// <summary>Total split exclusively: launch and host time as they are, the rest to whichever of compute, memory and network takes longest.</summary>
    public CostBreakdown Attributed()
    {
        Seconds launch = Seconds.Min(Launch, Total);
        Seconds host = Seconds.Min(Host, Total - launch);
        Seconds rest = Total - launch - host;
        if (Network >= Compute && Network >= Memory && Network > Seconds.Zero)
        {
            return new(Seconds.Zero, Seconds.Zero, rest, launch, host);
        }

        return Compute >= Memory ? new(rest, Seconds.Zero, Seconds.Zero, launch, host) : new(Seconds.Zero, rest, Seconds.Zero, launch, host);
    }
}

/// <summary>A resource that can bound an operator.</summary>
public enum CostPart
{
    /// <summary>Arithmetic.</summary>
    Compute,

    /// <summary>Device memory.</summary>
    Memory,

    /// <summary>Links between devices.</summary>
    Network,

    /// <summary>Start and drain of kernels.</summary>
    Launch,

    /// <summary>The host.</summary>
    Host,
}

/// <summary>Time split exclusively among what bounds it.</summary>
/// <param name="Compute">Bound by arithmetic.</param>
/// <param name="Memory">Bound by device memory.</param>
/// <param name="Network">Bound by links, and not hidden behind work.</param>
/// <param name="Launch">Start and drain of kernels.</param>
/// <param name="Host">Waiting for the host.</param>
public readonly record struct CostBreakdown(Seconds Compute, Seconds Memory, Seconds Network, Seconds Launch, Seconds Host)
{
    /// <summary>All parts together.</summary>
    public Seconds Total => Compute + Memory + Network + Launch + Host;

    /// <summary>The sum of two breakdowns.</summary>
    public static CostBreakdown operator +(CostBreakdown left, CostBreakdown right) =>
        new(left.Compute + right.Compute, left.Memory + right.Memory, left.Network + right.Network, left.Launch + right.Launch, left.Host + right.Host);

    /// <summary>The breakdown <paramref name="times"/> over.</summary>
    public static CostBreakdown operator *(CostBreakdown breakdown, double times) =>
        new(breakdown.Compute * times, breakdown.Memory * times, breakdown.Network * times, breakdown.Launch * times, breakdown.Host * times);
}
