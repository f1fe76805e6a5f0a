using System.Collections.Immutable;
using LlmSim.Model.Architecture;
using LlmSim.Model.Catalog;
using LlmSim.Model.Cost;
using LlmSim.Model.Hardware;
using LlmSim.Model.Memory;
using LlmSim.Model.Units;

namespace LlmSim.Cli.Output;

/// <summary>The figures of catalog records, by the keys that their files use.</summary>
internal static class CatalogFigures
{
    /// <summary>An accelerator.</summary>
    public static CatalogDetail Of(Accelerator a)
    {
        var list = new FigureList(a.Sources);
        list.Text("class", Words.Spelt(a.Class)).Text("generation", a.Generation).Text("target", a.Target);
        foreach ((NumberFormat format, FlopRate rate) in a.MatrixPeak)
        {
            list.Add("matrix_peak." + format.Name(), rate.ToString(), rate.Value);
        }

        list.Add("vector_peak", a.VectorPeak.ToString(), a.VectorPeak.Value)
            .Add("memory", a.Memory.ToString(), a.Memory.Value)
            .Text("memory_type", a.MemoryType)
            .Add("memory_bandwidth", a.MemoryBandwidth.ToString(), a.MemoryBandwidth.Value)
            .Known("l2_cache", a.L2Cache)
            .Add("multiprocessors", Words.Count(a.Multiprocessors), a.Multiprocessors)
            .Known("sram_per_multiprocessor", a.SramPerMultiprocessor)
            .Known("shared_memory_per_block", a.SharedMemoryPerBlock)
            .Add("boost_clock", a.BoostClock.ToString(), a.BoostClock.Value)
            .Link("scale_up", a.ScaleUp)
            .Link("host_link", a.HostLink)
            .Known("typical_network", a.TypicalNetwork)
            .Known("power_limit", a.PowerLimit)
            .Known("idle_power", a.IdlePower);
        return new(a.Name, a.Title, list.Figures, []);
    }

    /// <summary>A node.</summary>
    public static CatalogDetail Of(Node n)
    {
        FigureList list = new FigureList(n.Sources)
            .Text("accelerator", n.Accelerator.Name)
            .Add("devices", Words.Count(n.Devices), n.Devices)
            .Link("scale_up", n.ScaleUp)
            .Link("scale_out", n.ScaleOut)
            .Known("host_memory", n.HostMemory)
            .Known("host_memory_bandwidth", n.HostMemoryBandwidth)
            .Known("nvme", n.Nvme)
            .Known("nvme_bandwidth", n.NvmeBandwidth)
            .Known("host_power", n.HostPower);
        return new(n.Name, n.Title, list.Figures, []);
    }

    /// <summary>A model.</summary>
    public static CatalogDetail Of(TransformerArchitecture m)
    {
        FigureList list = new FigureList(ImmutableSortedDictionary<string, Figure>.Empty, m.Source)
            .Add("parameters", Words.Count(ParameterSharding.Whole(m)), ParameterSharding.Whole(m))
            .Add("active_parameters", Words.Count(ParameterCount.Of(m).Active), ParameterCount.Of(m).Active)
            .Add("layers", Words.Count(m.Layers.Length), m.Layers.Length)
            .Add("hidden_size", Words.Count(m.HiddenSize), m.HiddenSize)
            .Add("vocabulary_size", Words.Count(m.VocabularySize), m.VocabularySize)
            .Add("max_context", Words.Count(m.MaxContext), m.MaxContext)
            .Text("tied_embeddings", m.TiedEmbeddings ? "yes" : "no")
            .Text("norm", Words.Spelt(m.Norm))
            .Text("native_format", m.NativeFormat.Name());
        Bytes token = KvCacheMemory.Of(m, NumberFormat.Bf16).PerToken;
        list.Add("kv_cache_per_token_bf16", token.ToString(), token.Value);
        int kind = 1;
        foreach (LayerCount layer in m.DistinctLayers())
        {
            string parts = $"{Spelt(layer.Layer.Mixer)}; {Spelt(layer.Layer.FeedForward)}";
            list.Text(Words.Invariant($"layer_kind_{kind++}"), Words.Invariant($"{layer.Count} × {parts}"));
        }

        return new(m.Name, m.Title.Length > 0 ? m.Title : m.Name, list.Figures, [.. m.Uncertain.Select(static u => $"not known for certain: {u.Key} ({u.Value})")]);
    }

    /// <summary>An efficiency.</summary>
    public static CatalogDetail Of(Efficiency e)
    {
        var list = new FigureList(ImmutableSortedDictionary<string, Figure>.Empty, e.Source);
        list.Text("device", e.Device).Text("generation", e.Generation).Text("fitted_on", string.Join("; ", e.FittedOn));
        foreach (EfficiencyRow row in EfficiencyRow.Of(e))
        {
            foreach (ConstantValue constant in row.Constants)
            {
                string error = constant.StandardError > 0 ? $" ± {constant.ErrorText}" : string.Empty;
                list.Add($"{row.Path}.{constant.Key}", constant.Text + error, constant.Value);
            }
        }

        return new(e.Name, $"constants of the cost model for {e.Device}", list.Figures, []);
    }

    private static string Spelt(SequenceMixer mixer) => mixer switch
    {
        AttentionSpec a => Words.Invariant($"attention with {a.Heads} heads of {a.HeadSize}, {a.KvHeads} of keys and values{Positive(", window ", a.Window)}"),
        LatentAttentionSpec l => Words.Invariant($"latent attention with {l.Heads} heads, cache of {l.KvRank} + {l.RopeHeadSize} a token"),
        StateSpaceSpec s => Words.Invariant($"{Words.Spelt(s.Kind)} with {s.ValueHeads} heads of {s.ValueHeadSize}, constant state"),
        _ => mixer.GetType().Name,
    };

    private static string Spelt(FeedForwardSpec? feedForward) => feedForward switch
    {
        DenseFeedForward d => Words.Invariant($"{(d.Gated ? "gated" : "plain")} MLP of {d.IntermediateSize}"),
        MoeFeedForward m => Words.Invariant($"{m.TopK} of {m.Experts} experts of {m.ExpertIntermediateSize}{Positive(", shared ", m.SharedIntermediateSize)}"),
        _ => "no feed-forward part",
    };

    private static string Positive(string before, int number) => number > 0 ? Words.Invariant($"{before}{number}") : string.Empty;
}
