namespace LlmSim.Model.Parallelism;

/// <summary>Where the chunks of a model lie on the stages of a pipeline.</summary>
public enum ChunkPlacement
{
    /// <summary>Dealt to the stages in turn, always from the first (Narayanan et al. 2021, section 2.2).</summary>
    Looping,

    /// <summary>Down the stages and up again, so that a stage holds the n-th chunk from both ends (Qi et al. 2023, section 6).</summary>
    Vee,

    /// <summary>Two copies of the model, one down the stages and one up; a micro-batch takes one of them (Li and Hoefler 2021, Chimera).</summary>
    Bidirectional,
}

/// <summary>From the chunks of a stage to their places in the order of the forward pass, and back.</summary>
public static class ChunkPositions
{
    /// <summary>Where a chunk of a stage stands in the order of the forward pass.</summary>
    /// <param name="placement">How chunks lie.</param>
    /// <param name="stages">Stages p.</param>
    /// <param name="stage">The stage, from 0.</param>
    /// <param name="chunk">The stage's own chunk, from 0; under a bidirectional placement the copy of the model.</param>
    public static int Of(ChunkPlacement placement, int stages, int stage, int chunk) => placement switch
    {
        ChunkPlacement.Looping => (chunk * stages) + stage,
        ChunkPlacement.Vee => (chunk * stages) + (chunk % 2 == 0 ? stage : stages - 1 - stage),
        _ => chunk == 0 ? stage : stages - 1 - stage,
    };
}
