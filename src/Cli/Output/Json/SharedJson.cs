using LlmSim.Model.Architecture;
using LlmSim.Model.Calibration;
using LlmSim.Model.Cost;
using LlmSim.Model.Hardware;
using LlmSim.Model.Memory;
using LlmSim.Model.Parallelism;
using LlmSim.Model.Units;

namespace LlmSim.Cli.Output.Json;

/// <summary>Objects that several answers contain.</summary>
internal static class SharedJson
{
    private const double Million = 1e6;
    private const double Billion = 1e9;

    /// <summary>What was asked about: the model, the machines and what they are assumed to reach.</summary>
    public static JsonAnswer Setting(
        this JsonAnswer json, TransformerArchitecture model, Accelerator accelerator, int devices, ParallelLayout layout, Efficiency efficiency) => json
        .Text("model", model.Name)
        .Number("parameters", ParameterSharding.Whole(model))
        .Text("accelerator", accelerator.Name)
        .Count("devices", devices)
        .Object("layout", o => o
            .Count("tensor", layout.Tensor)
            .Count("pipeline", layout.Pipeline)
            .Count("virtual_stages", layout.VirtualStages)
            .Count("data", layout.Data)
            .Count("context", layout.Context)
            .Count("expert", layout.Expert)
            .Flag("sequence_parallel", layout.SequenceParallel)
            .Count("zero_stage", layout.ZeroStage))
        .Object("efficiency", o => o.Text("name", efficiency.Name).Text("carried_from", efficiency.CarriedFrom));

    /// <summary>The parts of a memory account after its totals.</summary>
    public static JsonAnswer Account(this JsonAnswer json, MemoryAccount account) => json
        .Number("peak_bytes_per_device", account.Total.Value)
        .Number("capacity_bytes_per_device", account.Capacity.Value)
        .Number("headroom_bytes_per_device", account.Headroom.Value)
        .Number("allocator_peak_bytes_per_device", account.AllocatorPeak.Value)
        .Count("stage", account.Stage)
        .List("parts", account.Parts, Part)
        .List("rules_of_thumb", account.RulesOfThumb, Part);

    /// <summary>A breakdown of time among what bounds it.</summary>
    public static JsonAnswer Parts(this JsonAnswer json, in CostBreakdown parts) => json
        .Number("compute", parts.Compute.Value)
        .Number("memory", parts.Memory.Value)
        .Number("network", parts.Network.Value)
        .Number("launch", parts.Launch.Value)
        .Number("host", parts.Host.Value);

    /// <summary>Money for training or for output tokens; null without a price.</summary>
    public static JsonAnswer Cost(this JsonAnswer json, Spending spending, bool isTraining)
    {
        if (spending.Total is not Usd total)
        {
            return json.Null("cost");
        }

        return json.Object("cost", o =>
        {
            o.Number("usd_total", total.Value).Number("usd_per_hour", spending.Rate?.Value);
            _ = isTraining
                ? o.Number("usd_per_billion_training_tokens", spending.PricePer(Billion)?.Value)
                : o.Number("usd_per_million_output_tokens", spending.PricePer(Million)?.Value);
        });
    }

    /// <summary>Energy for training or for output tokens.</summary>
    public static JsonAnswer Energy(this JsonAnswer json, Spending spending, bool isTraining) => json.Object("energy", o => o
        .Number("joules_total", spending.Energy.Value)
        .Number("average_watts_per_device", spending.MeanPowerPerDevice.Value)
        .Number(isTraining ? "joules_per_training_token" : "joules_per_output_token", spending.EnergyPerToken?.Value));

    /// <summary>An answer that there is none, and the nearest change that would give one.</summary>
    public static JsonAnswer NotFeasible(this JsonAnswer json, string kind, Infeasible infeasible) => json
        .Text("kind", kind)
        .Flag("feasible", false)
        .Text("reason", infeasible.Reason)
        .Text("nearest", infeasible.Nearest)
        .Texts("alternatives", infeasible.Alternatives);

    private static void Part(JsonAnswer json, MemoryPart part) => json
        .Text("name", part.Name)
        .Number("bytes", part.Size.Value)
        .Text("formula", part.Formula)
        .Text("source", part.Source)
        .Flag("outside_allocator", part.OutsideAllocator);

    /// <summary>The ends of a 90 % band as a pair; null where there is none.</summary>
    public static JsonAnswer Band(this JsonAnswer json, string name, PredictionBand? band) =>
        band is { } known ? json.Numbers(name, [known.Low, known.High]) : json.Null(name);
}
