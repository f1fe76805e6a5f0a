using LlmSim.Model.Architecture;
using LlmSim.Model.Collectives;
using LlmSim.Model.Cost;
using LlmSim.Model.Memory;
using LlmSim.Model.Parallelism;
using LlmSim.Model.Units;
using LlmSim.Schedules.Pipelines;

namespace LlmSim.Schedules.Training;

/// <summary>The closed form of a step for many layouts of one job: layers are priced once for each way to split them, the rest is arithmetic.</summary>
/// <remarks>
/// Layers count as their mean, so a model whose layers differ is a little off where stages hold different kinds; overlapped pairs save nothing here, and noise is left out.
/// Owns the prices so far; one thread at a time.
/// </remarks>
public sealed class StepEstimator
{
    private readonly TrainJob _job;
    private readonly Dictionary<LayerKey, LayerPrices> _prices = [];

    /// <summary>An estimator for layouts of a job.</summary>
    /// <param name="job">Model, machines, batch and software; its layout, micro-batch and schedule do not matter.</param>
    public StepEstimator(TrainJob job) => _job = job;

    /// <summary>The time of a step.</summary>
    /// <param name="layout">A legal layout for the schedule and the batch.</param>
    /// <param name="microBatch">Sequences in a micro-batch of one replica.</param>
    /// <param name="schedule">Name of the pipeline schedule, not an alias.</param>
    public Seconds Step(ParallelLayout layout, int microBatch, string schedule)
    {
        TrainJob job = _job with { Layout = layout, MicroBatch = microBatch, Schedule = schedule };
        var model = new CostModel(job.Cluster.Node, job.Efficiency, layout, CollectiveBackend.Library);
        LayerPrices prices = Prices(job, model);
        PipelineShape shape = TrainPipeline.Shape(job);
        double layers = (double)job.Architecture.Layers.Length / shape.RouteLength * shape.Chunks;
        bool isShared = shape.Placement == ChunkPlacement.Bidirectional;
        double perMicroBatch = layers * (isShared ? 0.5 : 1);
        double ends = shape.Placement == ChunkPlacement.Looping && shape.Stages > 1
            ? Math.Max(prices.Embedding.Total, prices.Head.Total)
            : (prices.Embedding.Total + prices.Head.Total) * (isShared ? 0.5 : 1);
        Seconds hop = prices.Hop;
        bool isBlocking = TrainStep.IsBlocking(job);
        double heaviest = (Math.Ceiling(perMicroBatch) * prices.Layer.Total) + ends + (isBlocking ? 2 * hop.Value * shape.Chunks : 0);
        PassTimes middle = prices.Layer.Times(perMicroBatch);
        double idle = shape.Stages == 1 ? 0 : Math.Max(0, StepClosedForm.Idle(schedule, shape, middle.Whole.Value, middle));
        double transfers = isBlocking || job.OverlapPipeline ? 0 : StepClosedForm.Transfers(schedule, shape, hop.Value);
        double slowdown = 1 + (job.Cluster.SpansNodes ? job.Efficiency.Training.Constants.MultiNodeSlowdown : 0);
        double passes = ((shape.MicroBatches * heaviest) + idle + transfers) * slowdown;
        ShardedParameters parameters = prices.Parameters(layers, shape.Stages == 1 || shape.Placement != ChunkPlacement.Looping);
        ChunkCost work = prices.Layer.Cost * layers;
        Seconds sync = GradientSync.Exposed(job, model, parameters, work, (int)Math.Ceiling(layers));
        return new Seconds(passes) + sync + OptimizerUpdate.Time(job, model, parameters, work);
    }

    private LayerPrices Prices(TrainJob job, CostModel model)
    {
        ParallelLayout layout = job.Layout;
        bool hopCrosses = layout.Tensor * layout.Context * layout.Data >= job.Cluster.Node.Devices;
        var key = new LayerKey(
            layout.Tensor, layout.Context, layout.Expert, layout.SequenceParallel, job.MicroBatch, layout.ZeroStage == 3 ? layout.Data : 0, layout.Pipeline > 1, hopCrosses,
            layout.Expert > 1 || layout.Context > 1 || job.DataKind == DataKind.SingleProcess ? layout.Data : 0, layout.ContextKind);
        if (!_prices.TryGetValue(key, out LayerPrices? prices))
        {
            prices = LayerPrices.Of(job, model);
            _prices.Add(key, prices);
        }

        return prices;
    }

    /// <summary>What the price of a layer depends on.</summary>
    private readonly record struct LayerKey(
        int Tensor, int Context, int Expert, bool SequenceParallel, int MicroBatch, int Sharded, bool IsPipeline, bool HopCrosses, int Spread,
        ContextKind ContextKind);

    /// <summary>Passes through a part of the model, and their sum.</summary>
    private sealed record PartPrice(ChunkCost Cost, double Total)
    {
        internal static PartPrice Of(in ChunkCost cost) => new(cost, cost.Whole.Total.Value);

        internal PassTimes Times(double layers) =>
            new(Cost.Forward.Total * layers, Cost.BackwardInput.Total * layers, Cost.BackwardWeight.Total * layers);
    }

    /// <summary>Prices and parameters of the mean layer and of both ends.</summary>
    private sealed record LayerPrices(PartPrice Layer, PartPrice Embedding, PartPrice Head, Seconds Hop, ShardedParameters EachLayer, ShardedParameters First, ShardedParameters Last)
    {
        internal static LayerPrices Of(TrainJob job, CostModel model)
        {
            var work = new StageWork(job, model);
            TransformerArchitecture architecture = job.Architecture;
            StageLayers whole = StageLayers.Split(architecture.Layers.Length, 1);
            ChunkCost layers = default;
            ShardedParameters parameters = default;
            foreach ((TrainedLayer kind, int count) in TrainedLayer.Distinct(job))
            {
                layers += work.OfLayer(kind) * count;
            }

            for (int i = 0; i < architecture.Layers.Length; i++)
            {
                parameters += TrainedSharding.OfLayer(architecture, i, job.Layout, job.Parts);
            }

            double share = 1d / architecture.Layers.Length;
            layers = ChunkWaits.Of(job with { Layout = job.Layout with { Pipeline = 1, VirtualStages = 1 }, Schedule = PipelineSchedules.OneForwardOneBackward }, model, [layers])[0];
            ShardedParameters all = TrainedSharding.OnStage(architecture, job.Layout with { Pipeline = 1 }, whole, 0, job.Parts);
            var first = new ShardedParameters(all.Embedding, 0, 0, 0);
            var last = new ShardedParameters(0, all.Head > 0 ? all.Head : architecture.TiedEmbeddings ? all.Embedding : 0, 0, 0);
            return new(
                PartPrice.Of(layers * share), PartPrice.Of(work.OfEmbedding()), PartPrice.Of(work.OfHead()), TrainStep.StageHop(job, model),
                new(parameters.Embedding * share, parameters.Head * share, parameters.Dense * share, parameters.Experts * share), first, last);
        }

        internal ShardedParameters Parameters(double layers, bool holdsBothEnds)
        {
            ShardedParameters inner = new(0, 0, EachLayer.Dense * layers, EachLayer.Experts * layers);
            ShardedParameters end = First.Total > Last.Total ? First : Last;
            return inner + (holdsBothEnds ? First + Last : end);
        }
    }
}
