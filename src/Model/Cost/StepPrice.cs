using System.Collections.Immutable;
using LlmSim.Model.Architecture;
using LlmSim.Model.Operators;
using LlmSim.Model.Units;

namespace LlmSim.Model.Cost;

/// <summary>What an iteration of a serving engine costs on one replica, compiled from the operators so that it can be asked millions of times.</summary>
/// <remarks>
/// Everything but attention depends on the number of tokens alone and is kept for each number once it was asked for. Attention of decoding sequences is a
/// <see cref="DecodeCurve"/> of the summed context for each number of sequences. Attention of prompts is priced anew from its sums.
/// Pipeline stages run one after another: one batch is in flight. Not safe for use by several threads at once; give each its own.
/// </remarks>
public sealed class StepPrice : IStepPrice
{
    private readonly TransformerArchitecture _architecture;
    private readonly CostModel _model;
    private readonly GraphOptions _options;
    private readonly HostMode _host;
    private readonly ImmutableArray<LayerCount> _layers;
    private readonly Dictionary<long, double> _dense = [];
    private readonly Dictionary<int, double> _heads = [];
    private readonly Dictionary<int, DecodeCurve> _full = [];
    private readonly Dictionary<int, DecodeCurve> _windowed = [];

    /// <summary>Prepares the prices of a model.</summary>
    /// <param name="architecture">The model.</param>
    /// <param name="model">Prices of operators on the devices of a replica.</param>
    /// <param name="options">Formats, split and execution.</param>
    /// <param name="host">What the host adds.</param>
    public StepPrice(TransformerArchitecture architecture, CostModel model, GraphOptions options, HostMode host)
    {
        (_architecture, _model, _options, _host) = (architecture, model, options, host);
        _layers = architecture.DistinctLayers();
        Window = architecture.Window;
    }

    /// <inheritdoc/>
    public int Window { get; }

    /// <inheritdoc/>
    public Seconds Price(in StepBatch batch)
    {
        double device = Dense(batch.Tokens) + Head(batch.Logits);
        if (batch.DecodeSequences > 0)
        {
            device += Full(batch.DecodeSequences).At(batch.DecodeContext);
            device += Window > 0 ? Windowed(batch.DecodeSequences).At(batch.DecodeWindowedContext) : 0;
        }

        if (batch.PrefillTokens > 0)
        {
            device += PrefillAttention(batch);
        }

        return Whole(device, batch.DecodeSequences, batch.PrefillChunks);
    }

    /// <inheritdoc/>
    public Seconds DecodeSteps(int sequences, long context, long windowedContext, int windowedGrowth, int steps)
    {
        if (steps <= 0)
        {
            return Seconds.Zero;
        }

        double constant = Dense(sequences) + Head(sequences);
        double device = (steps * constant) + Full(sequences).Sum(context, sequences, steps);
        device += Window > 0 ? Windowed(sequences).Sum(windowedContext, windowedGrowth, steps) : 0;
        if (!_host.Asynchronous)
        {
            return new((device * _host.DeviceFactor) + (steps * HostTime(sequences, 0)));
        }

        // An asynchronous host hides behind the device unless it is slower; both ends of the run tell whether it ever is.
        double host = HostTime(sequences, 0);
        double first = DeviceOfStep(0) * _host.DeviceFactor;
        double last = DeviceOfStep(steps - 1) * _host.DeviceFactor;
        if (Math.Min(first, last) >= host)
        {
            return new(device * _host.DeviceFactor);
        }

        double sum = 0;
        for (int step = 0; step < steps; step++)
        {
            sum += Math.Max(host, DeviceOfStep(step) * _host.DeviceFactor);
        }

        return new(sum);

        double DeviceOfStep(int step) =>
            constant + Full(sequences).At(context + ((double)step * sequences)) + (Window > 0 ? Windowed(sequences).At(windowedContext + ((double)step * windowedGrowth)) : 0);
    }

    /// <summary>The operators of one iteration with their prices and how often each runs, for explanations.</summary>
    public ImmutableArray<(PricedOperator Operator, int Times, string Part)> Operators(in StepBatch batch)
    {
        var shape = BatchShape.Serving(batch);
        var rows = ImmutableArray.CreateBuilder<(PricedOperator, int, string)>();
        rows.AddRange(_model.PriceEach(TransformerGraph.Embedding(_architecture, shape, _options)).Select(static op => (op, 1, "embedding")));
        for (int i = 0; i < _layers.Length; i++)
        {
            string part = _layers.Length == 1 ? "layer" : $"layer kind {i + 1}";
            int times = _layers[i].Count;
            rows.AddRange(_model.PriceEach(TransformerGraph.Layer(_layers[i].Layer, _architecture, shape, _options)).Select(op => (op, times, part)));
        }

        rows.AddRange(_model.PriceEach(TransformerGraph.Head(_architecture, shape, _options, training: false)).Select(static op => (op, 1, "head")));
        return rows.ToImmutable();
    }

    /// <summary>One iteration split exclusively among what bounds it; the host's part is what it adds to the device's.</summary>
    public CostBreakdown Breakdown(in StepBatch batch)
    {
        CostBreakdown device = default;
        foreach ((PricedOperator op, int times, _) in Operators(batch))
        {
            device += op.Cost.Attributed() * (times * _host.DeviceFactor);
        }

        double host = HostTime(batch.DecodeSequences, batch.PrefillChunks);
        double shown = _host.Asynchronous ? Math.Max(0, host - device.Total.Value) : host;
        return device with { Host = device.Host + new Seconds(shown) };
    }

    private Seconds Whole(double device, int sequences, int chunks)
    {
        double gpu = device * _host.DeviceFactor;
        double host = HostTime(sequences, chunks);
        return new(_host.Asynchronous ? Math.Max(gpu, host) : gpu + host);
    }

    private double HostTime(int sequences, int chunks) => _host.PerStep.Value + (sequences * _host.PerSequence.Value) + (chunks > 0 ? _host.PerPrefill.Value : 0);

    private double Dense(long tokens)
    {
        if (!_dense.TryGetValue(tokens, out double seconds))
        {
            var shape = new BatchShape(new StepBatch { DecodeSequences = (int)tokens, DecodeContext = tokens, DecodeWindowedContext = tokens }, 0);
            seconds = _model.Price(TransformerGraph.Embedding(_architecture, shape, _options)).Total.Value + StageHops(tokens);
            foreach (LayerCount layer in _layers)
            {
                OperatorGraph graph = TransformerGraph.Layer(layer.Layer, _architecture, shape, _options);
                seconds += layer.Count * graph.Operators.Where(static op => op.Kind != OperatorKind.Attention).Sum(op => _model.Price(op).Total.Value);
            }

            _dense.Add(tokens, seconds);
        }

        return seconds;
    }

    private double StageHops(long tokens)
    {
        int hops = _options.Layout.Pipeline - 1;
        return hops == 0 ? 0 : hops * _model.StageHop(new Bytes(_options.StreamBytes * tokens * _architecture.HiddenSize / _options.Layout.Tensor)).Total.Value;
    }

    private double Head(int rows)
    {
        if (rows == 0)
        {
            return 0;
        }

        if (!_heads.TryGetValue(rows, out double seconds))
        {
            OperatorGraph graph = TransformerGraph.Head(_architecture, new BatchShape(default, rows), _options, training: false);
            seconds = _model.Price(graph).Total.Value;
            _heads.Add(rows, seconds);
        }

        return seconds;
    }

    private DecodeCurve Full(int sequences) => Curve(_full, sequences, windowed: false);

    private DecodeCurve Windowed(int sequences) => Curve(_windowed, sequences, windowed: true);

    private DecodeCurve Curve(Dictionary<int, DecodeCurve> curves, int sequences, bool windowed)
    {
        if (!curves.TryGetValue(sequences, out DecodeCurve? curve))
        {
            long longest = Math.Max(2, windowed ? Window : _architecture.MaxContext);
            curve = new DecodeCurve(context => DecodeAttention(sequences, context, windowed), sequences, (double)sequences * longest);
            curves.Add(sequences, curve);
        }

        return curve;
    }

    private double DecodeAttention(int sequences, double context, bool windowed)
    {
        double seconds = 0;
        foreach (LayerCount layer in _layers)
        {
            bool isWindowed = layer.Layer.Mixer is AttentionSpec { Window: > 0 };
            if (isWindowed == windowed)
            {
                long whole = (long)Math.Round(context);
                var batch = new StepBatch { DecodeSequences = sequences, DecodeContext = whole, DecodeWindowedContext = whole };
                seconds += layer.Count * AttentionOf(layer.Layer, batch);
            }
        }

        return seconds;
    }

    private double PrefillAttention(in StepBatch batch)
    {
        StepBatch prefill = batch with { DecodeSequences = 0, DecodeContext = 0, DecodeWindowedContext = 0 };
        double seconds = 0;
        foreach (LayerCount layer in _layers)
        {
            seconds += layer.Count * AttentionOf(layer.Layer, prefill);
        }

        return seconds;
    }

    private double AttentionOf(LayerSpec layer, in StepBatch batch)
    {
        double seconds = 0;
        foreach (Operator op in TransformerGraph.AttentionOperators(layer, _architecture, BatchShape.Serving(batch), _options))
        {
            seconds += _model.Price(op).Total.Value;
        }

        return seconds;
    }
}

/// <summary>What the host adds to an iteration.</summary>
/// <param name="PerStep">Scheduling and launch of one iteration.</param>
/// <param name="PerSequence">Bookkeeping and sampling of each running sequence.</param>
/// <param name="PerPrefill">Input preparation and eager launches of an iteration that holds prompts.</param>
/// <param name="DeviceFactor">Time on the device relative to the sum of its kernels.</param>
/// <param name="Asynchronous">Whether the host prepares an iteration while the device runs the one before.</param>
public sealed record HostMode(Seconds PerStep, Seconds PerSequence, Seconds PerPrefill, double DeviceFactor, bool Asynchronous)
{
    /// <summary>The host of an efficiency by itself, which waits for each iteration.</summary>
    public static HostMode Of(ServingHostConstants constants) => new(constants.PerStep, constants.PerSequence, constants.PerPrefill, constants.DeviceFactor, false);
}
