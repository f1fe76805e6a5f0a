using System.Collections.Immutable;
using LlmSim.Model.Units;

namespace LlmSim.Schedules.Fleet;

/// <summary>Where a replica that starts finds the model's weights.</summary>
public enum WeightSource
{
    /// <summary>In the container image, and pulled with it.</summary>
    BakedIn,

    /// <summary>In an object store, from which they are streamed.</summary>
    ObjectStore,

    /// <summary>On a volume that all nodes mount.</summary>
    SharedVolume,

    /// <summary>On a drive of the node once a replica has run there; before that they are fetched as from an object store and written to it.</summary>
    LocalCache,
}

/// <summary>A part of a cold start: how long it takes and why.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Time">How long it takes.</param>
/// <param name="Formula">How that was found.</param>
public readonly record struct ColdStartPart(string Name, Seconds Time, string Formula);

/// <summary>What a replica goes through before it takes its first request; parts follow each other.</summary>
/// <remarks>
/// Bytes over bandwidths and stated times: a machine is provisioned, the image pulled and unpacked, the container started, weights read and copied to the
/// devices, the engine built or loaded, graphs captured, and a first request served to warm up. A machine on which a replica ran has image and cache.
/// </remarks>
public sealed record ColdStart
{
    /// <summary>Time until a pod is placed and its container runs, image at hand.</summary>
    public Seconds Scheduling { get; init; } = new(5);

    /// <summary>Size of the image without weights.</summary>
    public Bytes Image { get; init; } = new(10e9);

    /// <summary>Rate at which an image is pulled and unpacked.</summary>
    public Bandwidth ImageBandwidth { get; init; } = new(200e6);

    /// <summary>Where the weights are.</summary>
    public WeightSource Weights { get; init; } = WeightSource.ObjectStore;

    /// <summary>Rate at which one replica reads weights from their source.</summary>
    public Bandwidth WeightBandwidth { get; init; } = new(1e9);

    /// <summary>Rate of the node's own drive; used where weights are cached on it.</summary>
    public Bandwidth DriveBandwidth { get; init; } = new(3e9);

    /// <summary>Time to start processes and to build the engine or load a built one.</summary>
    public Seconds Engine { get; init; } = new(20);

    /// <summary>Time to capture execution graphs.</summary>
    public Seconds GraphCapture { get; init; } = new(15);

    /// <summary>Time of the first requests that warm the replica up, and of its readiness probe.</summary>
    public Seconds WarmUp { get; init; } = new(5);

    /// <summary>The parts on a node that is there.</summary>
    /// <param name="weights">Bytes of the weights of one replica.</param>
    /// <param name="toDevices">Rate at which a host fills its devices, all of them together.</param>
    /// <param name="isNew">Whether no replica ran on the node before.</param>
    public ImmutableArray<ColdStartPart> Parts(Bytes weights, Bandwidth toDevices, bool isNew)
    {
        ImmutableArray<ColdStartPart>.Builder parts = ImmutableArray.CreateBuilder<ColdStartPart>();
        bool isBaked = Weights == WeightSource.BakedIn;
        Bytes image = isBaked ? Image + weights : Image;
        parts.Add(new("schedule", Scheduling, "stated"));
        if (isNew)
        {
            parts.Add(new("pull image", image / ImageBandwidth, $"{image} at {ImageBandwidth}"));
        }

        parts.Add(Reading(weights, isNew));
        parts.Add(new("copy to devices", weights / toDevices, $"{weights} at {toDevices} of all devices together"));
        parts.Add(new("engine", Engine, "stated"));
        parts.Add(new("capture graphs", GraphCapture, "stated"));
        parts.Add(new("warm up", WarmUp, "stated"));
        return parts.ToImmutable();
    }

    /// <summary>The sum of the parts.</summary>
    /// <inheritdoc cref="Parts"/>
    public Seconds Time(Bytes weights, Bandwidth toDevices, bool isNew) =>
        Parts(weights, toDevices, isNew).Aggregate(Seconds.Zero, static (sum, part) => sum + part.Time);

    private ColdStartPart Reading(Bytes weights, bool isNew)
    {
        bool fromDrive = Weights == WeightSource.BakedIn || (Weights == WeightSource.LocalCache && !isNew);
        Bandwidth rate = fromDrive ? DriveBandwidth : WeightBandwidth;
        return new("read weights", weights / rate, $"{weights} at {rate}");
    }
}
