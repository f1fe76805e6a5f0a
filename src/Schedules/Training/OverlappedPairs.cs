using System.Collections.Immutable;
using LlmSim.Model.Parallelism;
using LlmSim.Model.Units;

namespace LlmSim.Schedules.Training;

/// <summary>A stretch of a pass: work, or an exchange between devices.</summary>
/// <param name="IsExchange">Whether it keeps the links busy rather than the multiprocessors.</param>
/// <param name="Time">How long it takes alone.</param>
public readonly record struct PassPiece(bool IsExchange, Seconds Time);

/// <summary>The time of a forward of one micro-batch beside the backward of another, each working while the other's exchanges are under way.</summary>
/// <remarks>
/// DeepSeek-AI 2024 (DeepSeek-V3), section 3.2.1 and figure 4: attention, dispatch, MLP and combine of either pass are pieces of their own; the links and the
/// multiprocessors each take one piece at a time, and the pieces of a pass keep their order. What is hidden still costs a share, since exchanges
/// take multiprocessors and bandwidth from the work beside them.
/// </remarks>
public static class OverlappedPairs
{
    /// <summary>Times of the pairs by the position of the chunk that goes forward; empty for schedules without pairs.</summary>
    public static ImmutableArray<Seconds> Times(TrainJob job, StageWork work, ImmutableArray<ChunkCost> chunks)
    {
        if (job.Schedule is not ("dualpipe" or "dualpipe-v"))
        {
            return [];
        }

        StageLayers stages = job.Stages;
        Dictionary<TrainedLayer, LayerPieces> byLayer = [];
        ImmutableArray<PassPiece>[] forward = new ImmutableArray<PassPiece>[chunks.Length];
        ImmutableArray<PassPiece>[] backward = new ImmutableArray<PassPiece>[chunks.Length];
        for (int chunk = 0; chunk < chunks.Length; chunk++)
        {
            LayerPieces[] layers = [.. Enumerable.Range(stages.FirstLayer(chunk), stages.ByChunk[chunk]).Select(layer => Of(job, work, byLayer, layer))];
            forward[chunk] = Whole(layers.SelectMany(static layer => layer.Forward), chunks[chunk].Forward.Total);
            backward[chunk] = Whole(layers.Reverse().SelectMany(static layer => layer.Backward), chunks[chunk].BackwardInput.Total + chunks[chunk].BackwardWeight.Total);
        }

        double share = 1 - job.Efficiency.Training.Constants.TensorOverlap;
        return [.. Enumerable.Range(0, chunks.Length).Select(chunk => Beside(forward[chunk], backward[chunks.Length - 1 - chunk], share))];
    }

    /// <summary>The time of two passes side by side.</summary>
    /// <param name="forward">Pieces of one in order.</param>
    /// <param name="backward">Pieces of the other in order; of two that could start at once, its goes first.</param>
    /// <param name="hiddenShare">Share of what is hidden that it costs nevertheless.</param>
    public static Seconds Beside(ImmutableArray<PassPiece> forward, ImmutableArray<PassPiece> backward, double hiddenShare)
    {
        (int f, int b) = (0, 0);
        (double forwardEnd, double backwardEnd) = (0, 0);
        Span<double> free = [0, 0];
        while (f < forward.Length || b < backward.Length)
        {
            double forwardStart = f < forward.Length ? Math.Max(forwardEnd, free[Resource(forward[f])]) : double.PositiveInfinity;
            double backwardStart = b < backward.Length ? Math.Max(backwardEnd, free[Resource(backward[b])]) : double.PositiveInfinity;
            bool isBackward = backwardStart <= forwardStart;
            PassPiece next = isBackward ? backward[b++] : forward[f++];
            double end = (isBackward ? backwardStart : forwardStart) + next.Time.Value;
            free[Resource(next)] = end;
            _ = isBackward ? backwardEnd = end : forwardEnd = end;
        }

        double together = Math.Max(forwardEnd, backwardEnd);
        double apart = forward.Concat(backward).Sum(static piece => piece.Time.Value);
        return new(together + ((apart - together) * hiddenShare));
    }

    private static int Resource(PassPiece piece) => piece.IsExchange ? 1 : 0;

    private static LayerPieces Of(TrainJob job, StageWork work, Dictionary<TrainedLayer, LayerPieces> byLayer, int layer)
    {
        var spec = TrainedLayer.Of(job, layer);
        if (!byLayer.TryGetValue(spec, out LayerPieces? pieces))
        {
            pieces = work.Pieces(spec);
            byLayer.Add(spec, pieces);
        }

        return pieces;
    }

    /// <summary>Pieces that together take as long as the pass: what host, embedding and head add is spread over the work.</summary>
    private static ImmutableArray<PassPiece> Whole(IEnumerable<PassPiece> pieces, Seconds pass)
    {
        PassPiece[] all = [.. pieces];
        double exchanges = all.Where(static piece => piece.IsExchange).Sum(static piece => piece.Time.Value);
        double work = all.Sum(static piece => piece.Time.Value) - exchanges;
        double factor = work > 0 ? Math.Max(0, pass.Value - exchanges) / work : 1;
        return [.. all.Select(piece => piece.IsExchange ? piece : piece with { Time = piece.Time * factor })];
    }
}

/// <summary>The pieces of a layer's passes in order.</summary>
/// <param name="Forward">Forward.</param>
/// <param name="Backward">Both gradients, with what is computed again.</param>
public sealed record LayerPieces(ImmutableArray<PassPiece> Forward, ImmutableArray<PassPiece> Backward);
