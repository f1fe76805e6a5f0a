using System.Collections.Immutable;
using LlmSim.Model.Units;

namespace LlmSim.Schedules.Training;

/// <summary>The time of a pipeline without replay, for ranking many layouts: the heaviest stage works through all micro-batches, the others fill and drain.</summary>
/// <remarks>T = m·t_max + (p − 1)·t_mid/v + transfers (Narayanan 2021, section 2.2; exact for equal stages under 1F1B and interleaved 1F1B).</remarks>
public static class StepClosedForm
{
    /// <summary>The makespan of 1F1B or interleaved 1F1B.</summary>
    /// <param name="chunks">Cost of each chunk in the order of the forward pass; chunk c runs on stage c mod p.</param>
    /// <param name="stages">Stages p.</param>
    /// <param name="microBatches">Micro-batches m.</param>
    /// <param name="hop">Time of one message between stages.</param>
    public static Seconds Makespan(ImmutableArray<ChunkCost> chunks, int stages, int microBatches, Seconds hop)
    {
        int virtualStages = chunks.Length / stages;
        var byStage = new double[stages];
        for (int chunk = 0; chunk < chunks.Length; chunk++)
        {
            byStage[chunk % stages] += chunks[chunk].Whole.Total.Value;
        }

        double heaviest = byStage.Max();
        double middle = byStage.Order().ElementAt(stages / 2);
        double transfers = stages == 1 ? 0 : virtualStages == 1
            ? 2 * hop.Value * ((microBatches * (stages - 1d) / stages) + stages - 2)
            : 2 * hop.Value * ((stages * (double)virtualStages) - 1);
        return new((microBatches * heaviest) + ((stages - 1) * middle / virtualStages) + Math.Max(0, transfers));
    }
}
