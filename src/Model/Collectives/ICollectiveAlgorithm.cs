using LlmSim.Model.Units;

namespace LlmSim.Model.Collectives;

/// <summary>A way to carry out a collective, seen through what it puts on the links.</summary>
public interface ICollectiveAlgorithm
{
    /// <summary>Name, such as <c>ring</c>.</summary>
    string Name { get; }

    /// <summary>The paper or manual that describes it.</summary>
    string Source { get; }

    /// <summary>Whether it can carry out this exchange.</summary>
    bool Supports(in Collective collective);

    /// <summary>Steps and bytes of the busiest rank.</summary>
    CollectiveTraffic Traffic(in Collective collective);
}

/// <summary>What one exchange puts on the links of its busiest rank, in one direction.</summary>
/// <param name="Steps">Messages that follow one another, each paying a latency.</param>
/// <param name="ScaleUp">Bytes that the busiest rank sends to peers of its own node.</param>
/// <param name="ScaleOut">Bytes that the busiest network card sends, with one card for each rank of the group in a node.</param>
public readonly record struct CollectiveTraffic(int Steps, Bytes ScaleUp, Bytes ScaleOut)
{
    /// <summary>The time of the data alone, both tiers working at once on chunks of the message.</summary>
    public Seconds Overlapped(Bandwidth scaleUp, Bandwidth scaleOut) => Seconds.Max(Time(ScaleUp, scaleUp), Time(ScaleOut, scaleOut));

    /// <summary>The time of the data alone, one tier after the other.</summary>
    public Seconds Sequential(Bandwidth scaleUp, Bandwidth scaleOut) => Time(ScaleUp, scaleUp) + Time(ScaleOut, scaleOut);

    private static Seconds Time(Bytes bytes, Bandwidth bandwidth) => bytes.Value == 0 ? Seconds.Zero : bytes / bandwidth;
}
