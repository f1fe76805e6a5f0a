using LlmSim.Model.Architecture;
using LlmSim.Model.Collectives;
using LlmSim.Model.Cost;
using LlmSim.Model.Hardware;
using LlmSim.Model.Memory;
using LlmSim.Model.Operators;
using LlmSim.Model.Parallelism;
using LlmSim.Model.Units;

namespace LlmSim.Schedules.Serving;

/// <summary>A serving system to simulate: the model, the machines, how one is spread over the other, and how each replica batches.</summary>
public sealed record ServeJob
{
    /// <summary>The model.</summary>
    public required TransformerArchitecture Architecture { get; init; }

    /// <summary>The kind of node that holds the replicas.</summary>
    public required Node Node { get; init; }

    /// <summary>What its kernels, links and host reach.</summary>
    public required Efficiency Efficiency { get; init; }

    /// <summary>How one replica is spread; its world size is the devices of a replica.</summary>
    public ParallelLayout Layout { get; init; } = ParallelLayout.Single;

    /// <summary>Format of the weights in memory.</summary>
    public NumberFormat Weights { get; init; } = NumberFormat.Bf16;

    /// <summary>Format of activations and arithmetic.</summary>
    public NumberFormat Activations { get; init; } = NumberFormat.Bf16;

    /// <summary>Format of the KV cache.</summary>
    public NumberFormat Cache { get; init; } = NumberFormat.Bf16;

    /// <summary>How the engine runs its operators.</summary>
    public ExecutionMode Execution { get; init; } = ExecutionMode.CudaGraph;

    /// <summary>The kind of server, which tells the constants of its software.</summary>
    public ServerKind Server { get; init; } = ServerKinds.Vllm;

    /// <summary>Whether scales of quantised activations are stated by the checkpoint and applied by the neighbouring kernels.</summary>
    public bool StaticScales { get; init; }

    /// <summary>How the engine divides memory.</summary>
    public EngineMemory Engine { get; init; } = EngineMemory.Vllm;

    /// <summary>What the host adds to an iteration.</summary>
    public required HostMode Host { get; init; }

    /// <summary>Batching, limits and routing; its KV capacity is replaced by what the memory account leaves.</summary>
    public required ServeSettings Settings { get; init; }

    /// <summary>Rent of one accelerator; null where no price was given.</summary>
    public UsdPerHour? AcceleratorPrice { get; init; }

    /// <summary>Devices of all replicas.</summary>
    public int Devices => Layout.WorldSize * Settings.Replicas;

    /// <summary>What decides the memory of a replica.</summary>
    public ServeMemoryInput MemoryInput => new()
    {
        Architecture = Architecture,
        Layout = Layout,
        Weights = WeightFormats.Of(Weights),
        KvFormat = Cache,
        MaxBatchedTokens = Settings.MaxBatchedTokens,
        MaxSequences = Settings.MaxBatch,
        MaxContext = Settings.MaxContext ?? 0,
        BlockSize = Settings.BlockSize,
        Engine = Engine,
    };

    /// <summary>How the operator graphs are built.</summary>
    public GraphOptions GraphOptions => new()
    {
        Layout = Layout,
        Activations = Activations,
        Weights = Weights,
        Cache = Cache,
        Execution = Execution,
        StaticScales = StaticScales,
    };

    /// <summary>Prices of operators on a device of a replica.</summary>
    public CostModel CostModel => new(Node, Server.Sustained(Efficiency, Node.Accelerator), Layout, CollectiveBackend.Direct);

    /// <summary>A fresh price of iterations; one for each thread.</summary>
    public StepPrice StepPrice() => new(Architecture, CostModel, GraphOptions, Host);

    /// <summary>The job under another efficiency: what the host adds follows it, unless the job says otherwise.</summary>
    public ServeJob With(Efficiency efficiency)
    {
        HostMode old = Server.Host(Efficiency.ServingHost.Constants);
        HostMode now = Server.Host(efficiency.ServingHost.Constants);
        return this with
        {
            Efficiency = efficiency,
            Host = Host with
            {
                PerStep = Host.PerStep == old.PerStep ? now.PerStep : Host.PerStep,
                PerSequence = Host.PerSequence == old.PerSequence ? now.PerSequence : Host.PerSequence,
                PerPrefill = Host.PerPrefill == old.PerPrefill ? now.PerPrefill : Host.PerPrefill,
                DeviceFactor = Host.DeviceFactor.Equals(old.DeviceFactor) ? now.DeviceFactor : Host.DeviceFactor,
            },
        };
    }
}
