using LlmSim.Model.Architecture;
using LlmSim.Model.Catalog;
using LlmSim.Model.Cost;
using LlmSim.Model.Hardware;
using LlmSim.Model.Parallelism;
using LlmSim.Model.Units;
using LlmSim.Schedules.Fleet;
using LlmSim.Schedules.Serving;
using LlmSim.Schedules.Traffic;
using LlmSim.Tests.Model.Cost;
using LlmSim.Tests.Schedules.Serving;
using Xunit;

namespace LlmSim.Tests.Schedules.Fleet;

/// <summary>Fleets whose replicas serve one request at a time in a known time, and start in a known time.</summary>
internal static class SampleFleet
{
    /// <summary>A step, and with outputs of one token a request.</summary>
    public static readonly Seconds Step = new(1);

    /// <summary>A start that takes 60 s whatever there is to read.</summary>
    public static ColdStart Minute { get; } = new()
    {
        Scheduling = new(60),
        Image = Bytes.Zero,
        WeightBandwidth = new(1e30),
        DriveBandwidth = new(1e30),
        Engine = default,
        GraphCapture = default,
        WarmUp = default,
    };

    public static ServeJob Job(string model, string accelerator, int tensor, int replicas)
    {
        Assert.True(ModelCatalog.TryFind(model, out TransformerArchitecture? architecture));
        Node node = SamplePieces.Node(accelerator);
        Efficiency efficiency = EfficiencyCatalog.For(node.Accelerator);
        return new ServeJob
        {
            Architecture = architecture,
            Node = node,
            Efficiency = efficiency,
            Layout = new ParallelLayout { Tensor = tensor },
            Host = HostMode.Of(efficiency.ServingHost.Constants),
            Settings = new ServeSettings { Replicas = replicas, MaxBatch = 1, MaxBatchedTokens = 64, KvCapacityTokens = 1024 },
        };
    }

    public static FleetPool Pool(int replicas) =>
        new() { Name = "pool", Job = Job("llama-3.1-8b", "a100-sxm-80gb", 1, replicas), ColdStart = Minute, Grace = new(1000) };

    public static FleetResult Run(FleetPool pool, IRequestSource source, Func<FleetJob, FleetJob>? change = null, Action<RequestOutcome>? observe = null)
    {
        var job = new FleetJob { Pools = [pool], Seed = 3 };
        return FleetSimulation.Run(
            change?.Invoke(job) ?? job, [(pool.Job.Settings, LinearPrice.Constant(Step))], source, observe, TestContext.Current.CancellationToken);
    }

    /// <summary>Poisson arrivals of one-token requests.</summary>
    public static IRequestSource Poisson(double perSecond, long requests, long seed = 1) => new OpenLoop(
        ArrivalProcess.Poisson(Hertz.From(perSecond)),
        new RequestShapes { Prompt = LengthDistribution.Fixed(1), Output = LengthDistribution.Fixed(1), Seed = seed },
        requests);
}
