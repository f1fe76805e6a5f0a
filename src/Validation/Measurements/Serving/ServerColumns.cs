using System.Collections.Immutable;
using LlmSim.Model.Architecture;
using LlmSim.Model.Catalog;
using LlmSim.Model.Cost;
using LlmSim.Model.Hardware;
using LlmSim.Model.Parallelism;
using LlmSim.Schedules.Serving;
using LlmSim.Validation.Measurements.Kernels;

namespace LlmSim.Validation.Measurements.Serving;

/// <summary>The server of a row: what its columns say, and of its kind what they do not.</summary>
internal static class ServerColumns
{
    /// <summary>By how much a budget of about one prompt exceeds the prompt and one token of each client.</summary>
    private const int PromptMargin = 16;

    /// <summary>Stands in until the memory account says how much there is.</summary>
    private const int BlockOfAnySize = 16;

    /// <summary>Columns of parallelism and settings that any table of servers may have.</summary>
    public static ImmutableArray<MeasuredColumn> Columns { get; } =
    [
        KernelColumns.Option("tp", "devices", "tensor-parallel degree of a replica; blank: 1"),
        KernelColumns.Option("pp", "stages", "pipeline stages of a replica; blank: 1"),
        KernelColumns.Option("attention_dp", "replicas", "attention replicas inside a replica; blank: 1"),
        KernelColumns.Option("moe_tp", "devices", "devices over which each expert is split"),
        KernelColumns.Option("moe_ep", "devices", "groups of devices that hold different experts"),
        KernelColumns.Option("kv_dtype", string.Empty, "number format of the key-value cache; blank: as usual for the kind of server"),
        KernelColumns.Option(
            "max_batched_tokens",
            "tokens",
            "token budget of an iteration; blank, as the two below: as is known of the benchmark, else the server's default"),
        KernelColumns.Option("max_num_seqs", "requests", "most requests that run at once"),
        KernelColumns.Option("memory_share", string.Empty, "share of the memory that the server may fill"),
    ];

    /// <summary>The server; null, and the row is skipped, where something is wrong or cannot be simulated.</summary>
    /// <param name="cells">The row.</param>
    /// <param name="precision">Column of the precision.</param>
    /// <param name="preset">The kind of server.</param>
    /// <param name="load">Prompt and output tokens of the longest request, and most requests at once.</param>
    public static ServeJob? Read(MeasuredCells cells, string precision, ServerPreset preset, ServerLoad load)
    {
        if (load.Problem is string excess)
        {
            cells.Skip(SkipReasons.BadValue, excess);
        }

        Node? node = cells.Node("gpu");
        TransformerArchitecture? architecture = cells.Model("model");
        ParallelLayout? layout = node is null ? null : Layout(cells, node);
        if (node is null || architecture is null || layout is null)
        {
            return null;
        }

        ServedFormats formats = ServedFormats.Read(cells, precision, architecture, node.Accelerator, preset.QuantisedCache);
        int cap = cells.Count("max_num_seqs", preset.BatchCap ?? load.Clients);
        int budget = cells.Count("max_batched_tokens", preset.TokenBudget ?? load.Prompt + load.Clients + PromptMargin);
        double share = cells.Number("memory_share", preset.Engine.Share);
        ServerKind kind = preset.Kind;
        Efficiency efficiency = EfficiencyCatalog.For(node.Accelerator);
        var job = new ServeJob
        {
            Architecture = architecture,
            Node = node,
            Efficiency = efficiency,
            Layout = layout,
            Weights = formats.Weights,
            Activations = formats.Activations,
            Cache = formats.Cache,
            Engine = preset.Engine with { Share = share },
            Host = kind.Host(efficiency.ServingHost.Constants, preset.AsynchronousHost),
            Server = kind,
            StaticScales = kind.FusesStaticScales && formats.Activations == NumberFormat.Fp8,
            Settings = new ServeSettings
            {
                Policy = kind.Policy,
                Path = kind.Path(preset.StreamInterval ?? 1),
                Wait = Wait(preset, load, layout),
                MaxBatch = Math.Min(cap, budget),
                MaxBatchedTokens = budget,
                ChunkedPrefill = preset.ChunkedPrefill || load.Prompt > budget,
                MaxContext = load.Prompt + load.Output,
                KvCapacityTokens = BlockOfAnySize,
            },
        };
        Check(cells, job);
        if (!cells.IsSound)
        {
            return null;
        }

        long sequences = Math.Clamp(ServeRun.Memory(job).Kv.Tokens / (load.Prompt + load.Output), 1, job.Settings.MaxBatch);
        if (load.ProblemAt(sequences) is string problem)
        {
            cells.Skip(SkipReasons.BadValue, problem);
            return null;
        }

        return job;
    }

    private static BatchingWait? Wait(ServerPreset preset, ServerLoad load, ParallelLayout layout) =>
        preset.Wait is { } wait && load.Prompt == wait.Prompt && load.Output == wait.Output && layout.Tensor < wait.BelowTp ? new(wait.Share, wait.Iterations) : null;

    private static ParallelLayout? Layout(MeasuredCells cells, Node node)
    {
        int tensor = cells.Count("tp", 1, 0);
        int data = cells.Count("attention_dp", 1, 0);
        int pipeline = cells.Count("pp", 1);
        int expertTensor = cells.Count("moe_tp", 0, 0);
        int expert = cells.Count("moe_ep", 0, 0);
        if (!cells.IsSound)
        {
            return null;
        }

        ServerDegrees? degrees = ServerDegrees.Canonical(tensor, data, expertTensor, expert, node.Devices);
        if (degrees is not { } found)
        {
            cells.Pass(SkipReasons.ParallelColumns);
            return null;
        }

        if (found.Data > 1)
        {
            cells.Pass(SkipReasons.AttentionData);
            return null;
        }

        return new ParallelLayout { Tensor = found.Devices, Pipeline = pipeline, Expert = found.Expert };
    }

    private static void Check(MeasuredCells cells, ServeJob job)
    {
        var cluster = new Cluster { Node = job.Node, Devices = job.Layout.WorldSize };
        foreach (LayoutProblem problem in LayoutRules.Check(job.Layout, job.Architecture, cluster, new BatchFacts { Training = false }))
        {
            if (problem.Severity == LayoutSeverity.Error)
            {
                cells.Skip(SkipReasons.BadValue, problem.Message);
            }
        }

        foreach (SettingProblem problem in job.Settings.Problems())
        {
            cells.Skip(SkipReasons.BadValue, problem.ToString());
        }

        if (job.Engine.Share is <= 0 or > 1)
        {
            cells.Skip(SkipReasons.BadValue, FormattableString.Invariant($"memory_share {job.Engine.Share}; legal is above 0 and at most 1"));
        }
    }
}

/// <summary>What a server has to be ready for.</summary>
/// <param name="Requests">Requests in all.</param>
/// <param name="Clients">Most requests at once.</param>
/// <param name="Prompt">Longest prompt in tokens.</param>
/// <param name="Output">Longest output in tokens.</param>
internal readonly record struct ServerLoad(long Requests, int Clients, int Prompt, int Output)
{
    /// <summary>Longest prompt or output; beyond this and the figures below a row is a slip of the pen that would be replayed for hours.</summary>
    private const int MostTokens = 2_000_000;

    private const long MostPrompts = 500_000_000;
    private const long MostSteps = 5_000_000;

    /// <summary>Why it is not replayed; null where it is.</summary>
    public string? Problem => Prompt > MostTokens || Output > MostTokens || (double)Requests * Prompt > MostPrompts
        ? FormattableString.Invariant($"{Requests} requests of {Prompt} and {Output} tokens; ")
            + FormattableString.Invariant($"legal are prompts and outputs of at most {MostTokens} tokens, and {MostPrompts} tokens of prompts in all")
        : null;

    /// <summary>Why it is not replayed on a server; null where it is.</summary>
    /// <param name="sequences">Requests that the server runs at once.</param>
    public string? ProblemAt(long sequences)
    {
        double steps = (double)Requests * Output / Math.Max(1, Math.Min(sequences, Clients));
        return steps > MostSteps
            ? FormattableString.Invariant($"about {steps:G3} iterations of {sequences} sequences; legal are at most {MostSteps}")
            : null;
    }
}
