using LlmSim.Model.Units;
using LlmSim.Schedules.Fleet;
using LlmSim.Schedules.Serving;

namespace LlmSim.Cli.Output.Json;

/// <summary>The prediction of a fleet for programs.</summary>
internal static class FleetJson
{
    /// <summary>Writes the prediction: that of a server, in which energy is that of all pools and cost is absent, and the fleet.</summary>
    public static JsonAnswer Prediction(this JsonAnswer json, FleetPrediction prediction, ServeBands bands, IEnumerable<string> notes)
    {
        FleetResult result = prediction.Result;
        ServePrediction serving = prediction.Serving with { Job = prediction.Serving.Job with { AcceleratorPrice = null } };
        return json
            .Serving(serving, bands)
            .Object("fleet", o => o
                .List("pools", prediction.Job.Pools.Zip(result.Pools), static (item, pool) => item.Pool(pool.First, pool.Second))
                .List("stages", result.Stages, static (item, stage) => item
                    .Text("name", stage.Name)
                    .Count("requests", stage.Served)
                    .Number("mean_wait_seconds", stage.MeanWait.Value)
                    .Number("utilization", stage.Utilization))
                .Number("mean_devices", prediction.MeanDevices)
                .Count("held_at_gateway", result.HeldAtGateway)
                .Count("resent", result.Resent)
                .Count("flaps", result.Flaps)
                .List("events", result.Events, static (item, change) => item
                    .Number("seconds", (change.Time - Instant.Zero).Value)
                    .Text("pool", change.Pool)
                    .Text("change", Words.Key(change.Change))
                    .Count("wanted", change.Wanted)
                    .Count("ready", change.Ready)))
            .Texts("notes", notes);
    }

    private static void Pool(this JsonAnswer json, FleetPool plan, PoolResult pool)
    {
        json.Text("name", pool.Name)
            .Text("accelerator", plan.Job.Node.Accelerator.Name)
            .Count("start_replicas", plan.Job.Settings.Replicas)
            .Count("most_ready", pool.MostReady)
            .Count("cold_starts", pool.ColdStarts)
            .Number("cold_start_seconds", plan.StartTime(isNew: true).Value)
            .Number("replica_seconds", pool.ReplicaTime.Value)
            .Number("node_seconds", pool.NodeTime.Value)
            .Number("device_seconds", pool.DeviceTime.Value)
            .Number("busy_seconds", pool.BusyTime.Value);
        if (pool.Rent is { } rent)
        {
            json.Number("rent_usd", rent.Value);
        }
    }
}
