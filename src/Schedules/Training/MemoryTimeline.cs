using System.Collections.Immutable;
using LlmSim.Model.Memory;
using LlmSim.Model.Units;
using LlmSim.Schedules.Pipelines;

namespace LlmSim.Schedules.Training;

/// <summary>The memory of a device of one stage over a step.</summary>
/// <param name="Stage">The stage, from 0.</param>
/// <param name="Standing">What is there all the time: weights, gradients, optimizer state, buffers and what comes and goes within a pass.</param>
/// <param name="Activations">Each change of what is kept for the backward passes, and how much it is from then on.</param>
public sealed record StageMemory(int Stage, Bytes Standing, ImmutableArray<(Instant Time, Bytes Size)> Activations)
{
    /// <summary>The first moment of the peak.</summary>
    public Instant PeakAt => Activations.IsEmpty ? Instant.Zero : Activations.MaxBy(static change => change.Size.Value).Time;

    /// <summary>Activations at the peak.</summary>
    public Bytes PeakActivations => Activations.IsEmpty ? Bytes.Zero : Activations.Max(static change => change.Size);

    /// <summary>Everything at the peak.</summary>
    public Bytes Peak => Standing + PeakActivations;
}

/// <summary>What lies in memory when: activations as the replay keeps and frees them, on top of what stands.</summary>
/// <remarks>
/// A forward keeps the activations of its chunk; the gradient of inputs frees half of them and the gradient of weights the rest (Qi et al. 2023, section 2.2, takes both as equal).
/// </remarks>
public static class MemoryTimeline
{
    /// <summary>The memory of each stage.</summary>
    /// <param name="result">A step whose passes were recorded.</param>
    public static ImmutableArray<StageMemory> Of(TrainResult result)
    {
        TrainJob job = result.Job;
        TrainMemoryInput input = job.MemoryInput;
        Bytes[] chunks = [.. Enumerable.Range(0, result.Schedule.Shape.RouteLength).Select(position => OfChunk(input, position))];
        ILookup<int, PassSpan> spans = result.Replay.Spans.ToLookup(static span => span.Stage);
        return
        [
            .. Enumerable.Range(0, result.Schedule.Stages).Select(stage =>
            {
                MemoryAccount account = TrainMemory.OfStage(input, stage, job.Cluster.Accelerator.Memory);
                return new StageMemory(stage, account.Total - account.SizeOf(TrainMemory.ActivationsName), Changes(result.Schedule.Shape, chunks, spans[stage]));
            }),
        ];
    }

    private static Bytes OfChunk(TrainMemoryInput input, int position)
    {
        int first = input.EffectiveStages.FirstLayer(position);
        return Enumerable.Range(first, input.EffectiveStages.ByChunk[position]).Aggregate(Bytes.Zero, (sum, layer) => sum + TrainMemory.ActivationsOf(input, layer));
    }

    private static ImmutableArray<(Instant Time, Bytes Size)> Changes(PipelineShape shape, Bytes[] chunks, IEnumerable<PassSpan> spans)
    {
        var changes = ImmutableArray.CreateBuilder<(Instant, Bytes)>();
        Bytes kept = Bytes.Zero;
        foreach (PassSpan span in spans)
        {
            if (span.Pass.IsForward)
            {
                kept += chunks[shape.Position(span.Stage, span.Pass.Chunk)];
                changes.Add((span.Start, kept));
            }

            if (span.Pass.IsBackward || span.Pass.IsWeight)
            {
                Pass part = span.Pass.BackwardPart;
                double halves = (part.IsBackward ? 0.5 : 0) + (part.IsWeight ? 0.5 : 0);
                kept = Bytes.Max(Bytes.Zero, kept - (chunks[shape.Position(span.Stage, part.Chunk)] * halves));
                changes.Add((span.End, kept));
            }
        }

        return changes.ToImmutable();
    }
}
