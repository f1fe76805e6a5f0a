using System.Globalization;
using LlmSim.Model.Parallelism;

namespace LlmSim.Model.Memory;

/// <summary>The changes that lower the memory of training, from the cheapest.</summary>
internal static class TrainingChanges
{
    /// <summary>Every single change that applies, legal or not.</summary>
    public static IEnumerable<(string Change, TrainMemoryInput Input)> Of(TrainMemoryInput input, int devicesPerDomain)
    {
        ParallelLayout layout = input.Layout;
        if (layout.Tensor > 1 && !layout.SequenceParallel)
        {
            yield return ("sequence parallelism", input with { Layout = layout with { SequenceParallel = true } });
        }

        for (int zero = layout.ZeroStage + 1; zero <= 3 && layout.Data * layout.Context > 1; zero++)
        {
            yield return (Step("ZeRO", layout.ZeroStage, zero), input with { Layout = layout with { ZeroStage = zero } });
        }

        for (RecomputeMode mode = input.Recompute + 1; mode <= RecomputeMode.Full; mode++)
        {
            yield return ($"recompute {Name(input.Recompute)} → {Name(mode)}", input with { Recompute = mode });
        }

        if (input.MicroBatch > 1)
        {
            int half = input.MicroBatch / 2;
            yield return (
                Step("micro-batch", input.MicroBatch, half),
                input with { MicroBatch = half, MicroBatches = input.MicroBatches * input.MicroBatch / half });
        }

        if (layout.Tensor * 2 <= devicesPerDomain)
        {
            yield return Spread(input, Step("TP", layout.Tensor, layout.Tensor * 2), layout with { Tensor = layout.Tensor * 2 });
        }

        yield return Spread(input, Step("PP", layout.Pipeline, layout.Pipeline * 2), layout with { Pipeline = layout.Pipeline * 2 });
        if (layout.ZeroStage > 0)
        {
            yield return (
                $"{Step("DP", layout.Data, layout.Data * 2)} on twice the devices",
                input with { Layout = layout with { Data = layout.Data * 2 } });
        }
    }

    /// <summary>Takes the devices from data parallelism where it has some to give, else doubles them.</summary>
    private static (string Change, TrainMemoryInput Input) Spread(TrainMemoryInput input, string change, ParallelLayout layout)
    {
        StageLayers? stages = layout.Pipeline == input.Layout.Pipeline ? input.Stages : null;
        TrainMemoryInput changed = input with { Layout = layout, Stages = stages, MicroBatchesInFlight = [] };
        if (layout.Data % 2 != 0)
        {
            return ($"{change} on twice the devices", changed);
        }

        ParallelLayout spread = layout with { Data = layout.Data / 2 };
        return ($"{change} with {Step("DP", layout.Data, spread.Data)}", changed with { Layout = spread, MicroBatches = input.MicroBatches * 2 });
    }

    private static string Name(RecomputeMode mode) => mode.ToString().ToLowerInvariant();

    private static string Step(string name, int from, int to) => string.Create(CultureInfo.InvariantCulture, $"{name} {from} → {to}");
}
