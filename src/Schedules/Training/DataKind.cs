namespace LlmSim.Schedules.Training;

/// <summary>How replicas of data parallelism run.</summary>
public enum DataKind
{
    /// <summary>A process for each device, whose gradients are all-reduced or, under ZeRO, scattered (DDP, FSDP).</summary>
    Distributed,

    /// <summary>One process that drives all devices of a node through device 0 (PyTorch's DataParallel).</summary>
    SingleProcess,
}
