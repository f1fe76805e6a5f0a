using System.Collections.Immutable;
using LlmSim.Model.Parallelism;

namespace LlmSim.Schedules.Pipelines;

/// <summary>ZB-V, V-Half and V-Min: down the stages and up again, so that a stage that holds one chunk long holds the other shortly.</summary>
/// <remarks>
/// Qi et al. 2023 (Zero Bubble), section 6, and Qi et al. 2024 (Pipeline Parallelism with Controllable Memory). The activations of a stage are those of both
/// chunks: with p micro-batches of them nothing waits, with (p + 2)/2 or (p + 4)/3 the pipeline waits a little. Orders come from building blocks, one
/// micro-batch's passes at fixed distances that repeat once a micro-batch, and from list schedules under caps on the micro-batches under way.
/// </remarks>
public sealed class ZeroBubbleVee : IScheduleGenerator
{
    private const int ChunksOfStage = 2;

    private static readonly double[] Patiences = [0, 0.25, 0.5, 1];
    private static readonly double[] Slopes = [0.5, 1d / 3, 2, 2d / 3, 1, 4d / 3];
    private static readonly double[] Distances = [1, 1.5, 2, 3, 4];

    private readonly Func<int, double> _memory;

    private ZeroBubbleVee(string meaning, string source, Func<int, double> memory) => (Meaning, Source, _memory) = (meaning, source, memory);

    /// <inheritdoc/>
    public string Meaning { get; }

    /// <inheritdoc/>
    public string Source { get; }

    /// <inheritdoc/>
    public ChunkPlacement Placement => ChunkPlacement.Vee;

    /// <summary>No waiting within the activations of 1F1B.</summary>
    public static ZeroBubbleVee Full() =>
        new("down and up again with the activations of 1F1B on every stage", "Qi et al. 2023, arXiv 2401.10241, section 6", static stages => stages);

    /// <summary>About half of the activations of 1F1B.</summary>
    public static ZeroBubbleVee Half() =>
        new("down and up again with half of the activations of 1F1B", "Qi et al. 2024, arXiv 2405.15362, section 3", static stages => (stages + 2) / 2d);

    /// <summary>About a third of the activations of 1F1B.</summary>
    public static ZeroBubbleVee Least() =>
        new("down and up again with a third of the activations of 1F1B", "Qi et al. 2024, arXiv 2405.15362, section 3", static stages => (stages + 4) / 3d);

    /// <inheritdoc/>
    public int Chunks(int requested) => ChunksOfStage;

    /// <inheritdoc/>
    public double? MemoryLimit(PipelineShape shape) => _memory(shape.Stages);

    /// <inheritdoc/>
    public string Problem(PipelineShape shape) => string.Empty;

    /// <inheritdoc/>
    public ImmutableArray<ImmutableArray<Pass>> Order(ScheduleOrder order)
    {
        PipelineShape shape = order.Shape;
        var durations = PassDurations.Of("zero bubble", shape, order.Costs);
        int halves = (int)Math.Floor(2 * ChunksOfStage * (order.MemoryLimit ?? _memory(shape.Stages)));
        var search = new OrderSearch(shape, durations, halves);
        foreach (FilledOrder filled in VeeRounds.Orders(shape, durations, halves))
        {
            search.Try(filled);
        }

        foreach (GreedyRule rule in Rules(shape.Stages, halves / 2).TakeWhile(_ => search.GoesOn))
        {
            search.Try(GreedyOrder.Of(shape, durations, halves, rule));
        }

        foreach (double first in Distances)
        {
            foreach (double second in Distances.TakeWhile(_ => search.GoesOn))
            {
                search.Try(BuildingBlock(shape, first, second));
            }
        }

        return search.Found ? search.Finish() : OneAtATime(shape);
    }

    private static IEnumerable<GreedyRule> Rules(int stages, int chunks) =>
        from patience in Patiences
        from slope in Slopes
        from inTurn in (bool[])[true, false]
        from reserve in (int?[])[1, null, 2]
        from waits in (bool[])[true, false]
        where waits || patience == 0 || inTurn
        select new GreedyRule(patience, inTurn, Caps(stages, chunks, slope), waits, reserve);

    /// <summary>Micro-batches under way by chunk: a stage's second chunk comes back after 2i stages, the first gets what is left.</summary>
    private static int[][] Caps(int stages, int chunks, double slope) =>
    [
        .. Enumerable.Range(0, stages).Select(stage => Math.Clamp(1 + (int)Math.Ceiling(slope * stage), 1, Math.Max(1, chunks - 1)))
            .Select(second => new[] { Math.Max(1, chunks - second), second }),
    ];

    /// <summary>Passes in the order of a repeated block, with unit passes: stages follow each other at one distance in the first chunk and at another in the second.</summary>
    private static Pass[][] BuildingBlock(PipelineShape shape, double first, double second)
    {
        const double Interval = 6;
        int last = shape.Stages - 1;
        return
        [
            .. Enumerable.Range(0, shape.Stages).Select(stage =>
            {
                double turn = (first * last) + 1;
                double ends = turn + (second * last) + 1;
                double back = ends + (second * last) + 1;
                (double At, PassKind Kind, int Chunk)[] block =
                [
                    (first * stage, PassKind.Forward, 0),
                    (turn + (second * (last - stage)), PassKind.Forward, 1),
                    (ends + (second * stage), PassKind.BackwardInput, 1),
                    (back + (first * (last - stage)), PassKind.BackwardInput, 0),
                ];
                return (Pass[])
                [
                    .. Enumerable.Range(0, shape.MicroBatches)
                        .SelectMany(microBatch => block.Select(pass => (At: pass.At + (Interval * microBatch), Pass: new Pass(pass.Kind, microBatch, pass.Chunk))))
                        .OrderBy(static pass => pass.At).ThenBy(static pass => pass.Pass.IsForward).Select(static pass => pass.Pass),
                ];
            }),
        ];
    }

    /// <summary>The order that holds least: the caller says by how much it is beyond the limit.</summary>
    private static ImmutableArray<ImmutableArray<Pass>> OneAtATime(PipelineShape shape) =>
    [
        .. Enumerable.Range(0, shape.Stages).Select(_ => Enumerable.Range(0, shape.MicroBatches).SelectMany(static microBatch => new Pass[]
        {
            new(PassKind.Forward, microBatch, 0), new(PassKind.Forward, microBatch, 1), new(PassKind.Backward, microBatch, 1), new(PassKind.Backward, microBatch, 0),
        }).ToImmutableArray()),
    ];
}
