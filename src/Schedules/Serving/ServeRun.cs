using System.Collections.Immutable;
using LlmSim.Model.Cost;
using LlmSim.Model.Memory;
using LlmSim.Model.Operators;
using LlmSim.Model.Units;
using LlmSim.Schedules.Serving.Results;
using LlmSim.Schedules.Traffic;

namespace LlmSim.Schedules.Serving;

/// <summary>From a serving job to its prediction: memory first, then the replay, then energy and money.</summary>
public static class ServeRun
{
    /// <summary>The memory of a replica's fullest device and the KV cache that it leaves.</summary>
    public static ServeMemoryResult Memory(ServeJob job) => ServeMemory.Account(job.MemoryInput, job.Node.Accelerator.Memory);

    /// <summary>The settings with the KV capacity that a memory account leaves.</summary>
    public static ServeSettings Settings(ServeJob job, ServeMemoryResult memory) => job.Settings with { KvCapacityTokens = memory.Kv.Tokens };

    /// <summary>Replays traffic on a system whose memory fits.</summary>
    /// <exception cref="ArgumentException">The settings have problems, or no KV block fits; check <see cref="Memory"/> first.</exception>
    public static ServePrediction Simulate(ServeJob job, IRequestSource source, CancellationToken cancellation) =>
        Simulate(job, source, ServeWatch.None, cancellation);

    /// <summary>The same while <paramref name="watch"/> looks on.</summary>
    public static ServePrediction Simulate(ServeJob job, IRequestSource source, ServeWatch watch, CancellationToken cancellation)
    {
        ServeMemoryResult memory = Memory(job);
        StepPrice price = job.StepPrice();
        ServeResult result = ServeSimulation.Run(Settings(job, memory), price, source, watch, cancellation);
        CostBreakdown meanStep = MeanStep(result, price);
        return new ServePrediction { Job = job, Result = result, Memory = memory, MeanStep = meanStep, Energy = Energy(job, result, meanStep) };
    }

    /// <summary>Promises that even a lone request of one token could not be kept, in words; empty where there are none.</summary>
    public static ImmutableArray<string> Unreachable(ServeJob job)
    {
        StepPrice price = job.StepPrice();
        Seconds first = price.Price(new StepBatch { PrefillChunks = 1, PrefillTokens = 1, PrefillScores = 1, PrefillWindowedScores = 1, CompletedPrefills = 1 });
        Seconds next = price.Price(new StepBatch { DecodeSequences = 1, DecodeContext = 1, DecodeWindowedContext = 1 });
        return [.. job.Settings.Classes.SelectMany(one => Problems(one)).Distinct()];

        IEnumerable<string> Problems(RequestClass one)
        {
            (string Name, Seconds? Promise, Seconds Least)[] all =
                [("ttft", one.Level.Ttft, first), ("tpot", one.Level.Tpot, next), ("e2e", one.Level.EndToEnd, first)];
            return all.Where(static part => part.Promise < part.Least)
                .Select(part => $"slo.{part.Name} of class '{one.Name}' is {part.Promise}, which no request can keep: "
                    + $"one token takes {part.Least} on an idle replica");
        }
    }

    /// <summary>Prices an iteration with the run's mean number of decoding sequences, and what a prompt's chunk adds to it as often as iterations had one.</summary>
    internal static CostBreakdown MeanStep(ServeResult result, StepPrice price)
    {
        if (result.Work.Steps == 0)
        {
            return default;
        }

        double steps = result.Work.Steps;
        long chunks = result.Work.SequenceSteps - result.Work.DecodeTokens;
        long chunkTokens = chunks > 0 ? Math.Max(1, result.Work.PrefillTokens / chunks) : 0;
        StepBatch decoding = MeanDecode(result, price.Window);
        CostBreakdown alone = decoding.DecodeSequences > 0 ? price.Breakdown(decoding) : default;
        if (chunks == 0)
        {
            return alone;
        }

        CostBreakdown withChunk = price.Breakdown(decoding with
        {
            PrefillChunks = 1,
            PrefillTokens = chunkTokens,
            PrefillScores = BatchShape.CausalScores(chunkTokens, 0, 0),
            PrefillWindowedScores = BatchShape.CausalScores(chunkTokens, 0, price.Window),
        });
        double share = chunks / steps;
        return share >= 1 ? withChunk : (alone * (1 - share)) + (withChunk * share);
    }

    private static StepBatch MeanDecode(ServeResult result, int window)
    {
        long sequences = (long)Math.Round((double)result.Work.DecodeTokens / result.Work.Steps);
        long completed = Math.Max(1, result.Requests.Completed);
        long context = Math.Max(1, (result.TotalTokens - (result.OutputTokens / 2)) / completed);
        return new StepBatch
        {
            DecodeSequences = (int)sequences,
            DecodeContext = sequences * context,
            DecodeWindowedContext = sequences * (window > 0 ? Math.Min(context, window) : context),
        };
    }

    private static Joules Energy(ServeJob job, ServeResult result, in CostBreakdown meanStep)
    {
        Seconds whole = (result.Ended - result.FirstArrival) * job.Settings.Replicas;
        double scale = meanStep.Total > Seconds.Zero ? result.BusyTime / meanStep.Total : 0;
        Joules device = PowerModel.Energy(job.Node.Accelerator, meanStep * scale, whole);
        Watts host = job.Node.HostPower * ((double)job.Layout.WorldSize / job.Node.Devices);
        return (device * job.Layout.WorldSize) + (host * whole);
    }
}
