using System.Collections.Immutable;
using LlmSim.Model.Parallelism;

namespace LlmSim.Schedules.Pipelines;

/// <summary>Chimera: half of the micro-batches run down the stages and half up, over two copies of the model, each filling the other's bubbles.</summary>
/// <remarks>
/// Li and Hoefler 2021, sections 3.1 and 3.5. A unit has at most p micro-batches; each direction of it is 1F1B of its half. The passes of both are merged
/// by the time slots that they have where forward and backward take one slot each and micro-batches enter every second slot; for even p they never
/// collide. More micro-batches are further units, each 2p slots later ("direct concatenation"): its forwards fill the end of the unit before.
/// </remarks>
public sealed class Chimera : IScheduleGenerator
{
    private const int Copies = 2;

    /// <inheritdoc/>
    public string Meaning => "two 1F1B pipelines in opposite directions over two copies of the model";

    /// <inheritdoc/>
    public string Source => "Li and Hoefler 2021, arXiv 2107.06925";

    /// <inheritdoc/>
    public ChunkPlacement Placement => ChunkPlacement.Bidirectional;

    /// <inheritdoc/>
    public int Chunks(int requested) => Copies;

    /// <inheritdoc/>
    public int ParameterCopies(PipelineShape shape) => Copies;

    /// <inheritdoc/>
    public double? MemoryLimit(PipelineShape shape) => shape.MicroBatches <= shape.Stages ? (shape.Stages / 2d) + 1 : shape.Stages;

    /// <inheritdoc/>
    public string Problem(PipelineShape shape)
    {
        if (shape.Stages % 2 != 0)
        {
            return $"chimera runs two ways and needs an even number of stages, not {shape.Stages}";
        }

        bool isWhole = shape.MicroBatches <= shape.Stages || shape.MicroBatches % shape.Stages == 0;
        return shape.MicroBatches % 2 == 0 && isWhole
            ? string.Empty
            : $"chimera needs an even number of micro-batches up to the {shape.Stages} stages, or a multiple of them, not {shape.MicroBatches}";
    }

    /// <inheritdoc/>
    public ImmutableArray<ImmutableArray<Pass>> Order(ScheduleOrder order) => order.ByStage(stage => OfStage(order.Shape, stage));

    private static IEnumerable<Pass> OfStage(PipelineShape shape, int stage)
    {
        List<(int Slot, Pass Pass)> slots = [];
        int unit = Math.Min(shape.MicroBatches, shape.Stages);
        for (int first = 0, offset = 0; first < shape.MicroBatches; first += unit, offset += 2 * shape.Stages)
        {
            for (int direction = 0; direction < Copies; direction++)
            {
                int position = shape.Position(stage, direction);
                for (int i = 0; i < unit / 2; i++)
                {
                    int microBatch = first + (direction * unit / 2) + i;
                    slots.Add((offset + ForwardSlot(position, i), new(PassKind.Forward, microBatch, direction)));
                    slots.Add((offset + BackwardSlot(shape.Stages, position, i), new(PassKind.Backward, microBatch, direction)));
                }
            }
        }

        return slots.OrderBy(static s => s.Slot).ThenBy(static s => s.Pass.IsForward).Select(static s => s.Pass);
    }

    private static int ForwardSlot(int position, int i) => position + (2 * i);

    private static int BackwardSlot(int stages, int position, int i) => (2 * stages) - 1 - position + (2 * i);
}
