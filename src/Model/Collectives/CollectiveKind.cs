namespace LlmSim.Model.Collectives;

/// <summary>What a group of ranks exchanges.</summary>
public enum CollectiveKind
{
    /// <summary>Everyone ends with the sum.</summary>
    AllReduce,

    /// <summary>Everyone ends with all parts.</summary>
    AllGather,

    /// <summary>Everyone ends with its part of the sum.</summary>
    ReduceScatter,

    /// <summary>Everyone sends a different part to everyone.</summary>
    AllToAll,

    /// <summary>One sends the same to all.</summary>
    Broadcast,

    /// <summary>One sends to one.</summary>
    SendReceive,
}
