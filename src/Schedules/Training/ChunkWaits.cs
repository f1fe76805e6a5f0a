using System.Collections.Immutable;
using LlmSim.Model.Cost;

namespace LlmSim.Schedules.Training;

/// <summary>What the passes of chunks wait for or do beside the model's own layers: gathered parameters, a teacher, copies to the host.</summary>
internal static class ChunkWaits
{
    /// <summary>The chunks with everything that their passes take.</summary>
    /// <param name="job">The step.</param>
    /// <param name="model">Prices of the device.</param>
    /// <param name="layers">The model's own passes.</param>
    public static ImmutableArray<ChunkCost> Of(TrainJob job, CostModel model, ImmutableArray<ChunkCost> layers)
    {
        ImmutableArray<ChunkCost> chunks = FullyShardedStep.WithWaits(job, model, layers);
        chunks = job.Teacher is null ? chunks : TeacherWork.Beside(job, model, chunks);
        chunks = job.DataKind == DataKind.SingleProcess && job.Layout.Data > 1 ? SingleProcessData.WithWaits(job, model, chunks) : chunks;
        return job.ActivationOffload > 0 ? ActivationOffload.WithWaits(job, chunks) : chunks;
    }
}
