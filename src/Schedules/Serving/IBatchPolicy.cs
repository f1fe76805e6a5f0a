namespace LlmSim.Schedules.Serving;

/// <summary>Decides what the next iteration of a replica computes. One instance serves one replica.</summary>
public interface IBatchPolicy
{
    /// <summary>
    /// Composes the next iteration: pre-empts, gives chunks to prompts under way and admits waiting requests, through <paramref name="batch"/>.
    /// </summary>
    /// <remarks>
    /// It must leave <see cref="ReplicaBatch.FreeBlocks"/> at zero or more, and schedule something whenever a request is active or waiting.
    /// </remarks>
    void Compose(ReplicaBatch batch);

    /// <summary>
    /// For an iteration that only decodes: how many steps will surely be composed alike while no sequence ends, no request arrives and none gives up.
    /// </summary>
    /// <remarks>One means no leap. The replica itself bounds leaps by KV blocks, ends, the attention window and clients that give up.</remarks>
    int StepsAlike(ReplicaBatch batch);
}
