using LlmSim.Model.Calibration;
using LlmSim.Model.Cost;
using LlmSim.Model.Draws;
using LlmSim.Model.Hardware;
using LlmSim.Model.Memory;
using LlmSim.Model.Units;

namespace LlmSim.Schedules.Serving;

/// <summary>A kind of serving engine: how it batches, divides memory and drives the device.</summary>
public sealed record ServerKind
{
    /// <summary>Half of an H100's dense bf16 rate over its power limit (989 TFLOP/s, 700 W): below it power does not limit products.</summary>
    private const double LeastFlopsPerJoule = 0.7e12;

    /// <summary>A stream that no operator family draws from.</summary>
    private const int DrawStream = 9000;

    /// <summary>Name, such as <c>vllm</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Name of its usual batching policy in <see cref="BatchPolicies"/>.</summary>
    public required string Policy { get; init; }

    /// <summary>How it divides memory.</summary>
    public required EngineMemory Memory { get; init; }

    /// <summary>Whether it cuts prompts by default.</summary>
    public required bool ChunkedPrefill { get; init; }

    /// <summary>Whether scales of activations that a checkpoint states are applied by the kernels next to the products.</summary>
    public required bool FusesStaticScales { get; init; }

    /// <summary>What its software adds, and how sure that is.</summary>
    public required Calibrated<ServerConstants> Calibrated { get; init; }

    /// <summary>Where that comes from.</summary>
    public required string Source { get; init; }

    /// <summary>What its software adds.</summary>
    public ServerConstants Constants => Calibrated.Constants;

    /// <summary>The kind with constants drawn from their standard errors.</summary>
    /// <param name="seed">Seed of the draw.</param>
    public ServerKind Draw(long seed) => this with { Calibrated = Calibrated with { Constants = Calibrated.Draw(new CounterRandom(seed, DrawStream)) } };

    /// <summary>The way of a request outside the engine.</summary>
    /// <param name="streamInterval">Tokens of a sequence that leave as one chunk.</param>
    public RequestPath Path(int streamInterval = 1) => new(Constants.FrontEnd, Constants.Latency, Constants.PerChunk, streamInterval);

    /// <summary>What the host adds to an iteration.</summary>
    /// <remarks>The kind's constants hold for the typical host; a host whose efficiency has others scales them alike.</remarks>
    /// <param name="host">The host of the efficiency.</param>
    /// <param name="asynchronous">Whether the host prepares an iteration while the device runs the one before.</param>
    public HostMode Host(ServingHostConstants host, bool asynchronous = false)
    {
        ServingHostConstants typical = ServingHostConstants.Typical;
        return new HostMode(
            Constants.PerStep * (host.PerStep / typical.PerStep),
            Constants.PerSequence * (host.PerSequence / typical.PerSequence),
            Constants.PerPrefill * (host.PerPrefill / typical.PerPrefill),
            host.DeviceFactor,
            asynchronous);
    }

    /// <summary>Kernels as this server's load leaves them.</summary>
    /// <remarks>
    /// The share of the matrix rate is what power leaves of it under load. A chip with few matrix units for its power never meets that limit: GeForce cards
    /// reach 0.4 TFLOP/s a watt in bf16, where an H100 is rated at 1.4.
    /// </remarks>
    /// <param name="efficiency">Kernels timed alone.</param>
    /// <param name="device">The chip.</param>
    public Efficiency Sustained(Efficiency efficiency, Accelerator device) =>
        SustainedLoad.Under(efficiency, IsPowerLimited(device) ? Constants.ComputeShare : 1, Constants.AllReduceFactor);

    private static bool IsPowerLimited(Accelerator device) =>
        device.PowerLimit.Value <= 0 || Bf16(device) / device.PowerLimit.Value >= LeastFlopsPerJoule;

    private static double Bf16(Accelerator device) => device.MatrixPeak.TryGetValue(NumberFormat.Bf16, out FlopRate peak) ? peak.Value : double.MaxValue;
}
