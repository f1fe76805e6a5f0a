using System.Globalization;
using LlmSim.Model.Architecture;
using LlmSim.Model.Catalog;
using LlmSim.Model.Hardware;
using LlmSim.Model.Parallelism;
using LlmSim.Schedules.Training;

namespace LlmSim.Benchmarks;

/// <summary>How many layouts a second the closed form ranks, beside the simulation of the same layouts.</summary>
internal static class ManyLayouts
{
    private const int Devices = 1024;
    private const int Repeats = 50;

    /// <summary>Layouts a second of one core, warm, and the ratio to simulation.</summary>
    public static void Report(TextWriter output)
    {
        TrainJob job = Job();
        (ParallelLayout Layout, int MicroBatch)[] layouts = [.. Layouts(job)];
        var estimator = new StepEstimator(job);
        double[] medians = Rounds.Medians(
            () =>
            {
                for (int repeat = 0; repeat < Repeats; repeat++)
                {
                    foreach ((ParallelLayout layout, int microBatch) in layouts)
                    {
                        estimator.Step(layout, microBatch, "1f1b");
                    }
                }
            },
            () =>
            {
                foreach ((ParallelLayout layout, int microBatch) in layouts)
                {
                    TrainStep.Simulate(job with { Layout = layout, MicroBatch = microBatch });
                }
            });
        double estimated = layouts.Length * Repeats / medians[0];
        double simulated = layouts.Length / medians[1];
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{layouts.Length} layouts of {job.Architecture.Name} on {Devices} devices: {estimated:N0} estimates a second, {simulated:N0} simulations a second, ratio {estimated / simulated:N0}"));
    }

    private static IEnumerable<(ParallelLayout Layout, int MicroBatch)> Layouts(TrainJob job) =>
        from tensor in (int[])[1, 2, 4, 8]
        from pipeline in (int[])[1, 2, 4, 8, 16]
        from zero in (int[])[0, 1]
        from microBatch in (int[])[1, 2, 4]
        let data = Devices / tensor / pipeline
        where job.GlobalBatch % (data * microBatch) == 0
        select (new ParallelLayout { Tensor = tensor, Pipeline = pipeline, Data = data, SequenceParallel = tensor > 1, ZeroStage = zero }, microBatch);

    private static TrainJob Job()
    {
        if (!ModelCatalog.TryFind("gpt-175b", out TransformerArchitecture? architecture) || !HardwareCatalog.Nodes.TryFind("dgx-a100-80gb", out Node? node))
        {
            throw new InvalidOperationException("The catalog has no gpt-175b or dgx-a100-80gb.");
        }

        return new()
        {
            Architecture = architecture,
            Cluster = new Cluster { Node = node, Devices = Devices },
            Efficiency = EfficiencyCatalog.For(node.Accelerator),
            MicroBatch = 1,
            GlobalBatch = 4096,
            SequenceLength = 2048,
            OverlapData = true,
        };
    }
}
