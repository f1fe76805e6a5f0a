using System.Collections.Immutable;
using LlmSim.Validation.Measurements.Kernels;
using LlmSim.Validation.Measurements.Serving;
using LlmSim.Validation.Measurements.Training;

namespace LlmSim.Validation.Measurements;

/// <summary>Every kind of measurement table that the program knows. The first that knows a file's columns reads it.</summary>
public static class MeasurementReaders
{
    /// <summary>The readers, special kinds before general ones.</summary>
    public static ImmutableArray<IMeasurementReader> All { get; } =
    [
        new GemmReader(),
        new PrefillAttentionReader(),
        new DecodeAttentionReader(),
        new ExpertsReader(),
        new LatentAttentionReader(),
        new CollectiveReader(),
        new TrainingStepsReader(),
        new ClosedLoopReader(),
        new MaxThroughputReader(),
        new RequestRunReader(),
        new BenchmarkResultReader(),
        new GuideLlmReader(),
        new CompanionReader(),
    ];

    /// <summary>The reader that knows a file's columns; null where there is none.</summary>
    public static IMeasurementReader? Find(TableHead head) => All.FirstOrDefault(reader => reader.Reads(head));
}
