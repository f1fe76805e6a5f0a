using System.Collections.Immutable;
using LlmSim.Model.Architecture;
using LlmSim.Model.Cost;
using LlmSim.Model.Units;

namespace LlmSim.Schedules.Training;

/// <summary>Distillation: the forward pass of a teacher on the same devices, split as the student is, ahead of the student's own (Hinton 2015, arXiv 1503.02531, section 2).</summary>
/// <remarks>
/// The loss between both distributions streams the teacher's logits as the student's own loss streams its logits, and is priced as a second loss.
/// Nothing of the teacher is kept for a backward pass; its activations travel from stage to stage beside the student's.
/// </remarks>
internal static class TeacherWork
{
    /// <summary>The teacher's own job: the student's with another model that is frozen throughout.</summary>
    public static TrainJob Job(TrainJob student)
    {
        TransformerArchitecture teacher = student.Teacher ?? throw new ArgumentException("a step without teacher", nameof(student));
        return student with { Architecture = teacher, Teacher = null, Parts = new TrainedParts { FrozenLayers = teacher.Layers.Length, FrozenEmbedding = true }, FirstLastLayers = 0 };
    }

    /// <summary>The student's chunks with the teacher's forward passes.</summary>
    public static ImmutableArray<ChunkCost> Beside(TrainJob student, CostModel model, ImmutableArray<ChunkCost> chunks)
    {
        TrainJob job = Job(student);
        ImmutableArray<ChunkCost> teacher = FullyShardedStep.WithWaits(job, model, new StageWork(job, model).Chunks());
        Seconds hop = TrainStep.StageHop(job, model);
        return [.. chunks.Select((chunk, i) => (chunk with { Forward = chunk.Forward + teacher[i].Forward }).Waiting(i > 0 ? hop : Seconds.Zero, Seconds.Zero))];
    }
}
