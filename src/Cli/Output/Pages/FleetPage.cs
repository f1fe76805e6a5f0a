using LlmSim.Model.Units;
using LlmSim.Schedules.Fleet;
using LlmSim.Schedules.Serving;

namespace LlmSim.Cli.Output.Pages;

/// <summary>The prediction of a fleet for people.</summary>
internal static class FleetPage
{
    /// <summary>Writes the prediction.</summary>
    public static Page Prediction(this Page page, FleetPrediction prediction, ServeBands bands, IEnumerable<string> notes)
    {
        FleetResult result = prediction.Result;
        page.Asked(prediction.Job.Pools[0].Job)
            .Heading("Answer")
            .Facts(ServePage.Headline(prediction.Serving).Concat(Spent(prediction)))
            .Heading("The fleet")
            .Table(["pool", ">most ready", ">cold starts", ">replica time", ">device time", ">busy", ">rent"], prediction.Job.Pools.Zip(result.Pools).Select(Row))
            .Facts(Changes(result));
        if (result.Events.Select(static e => e.Ready).Distinct().Skip(1).Any())
        {
            page.Heading("Replicas over time").Bars(Steps(result));
        }

        if (prediction.Job.Pools.Zip(result.Pools).FirstOrDefault(static pool => pool.Second.ColdStarts > 0).First is { } started)
        {
            page.Heading("A cold start on a new node").Bars(ColdStart(started));
        }

        if (!result.Stages.IsEmpty)
        {
            page.Heading("Stages around the model").Table(["stage", ">requests", ">mean wait", ">busy"], result.Stages.Select(static stage => (IReadOnlyList<string>)
                [stage.Name, Words.Count(stage.Served), stage.MeanWait.ToString(), Words.Percent(stage.Utilization)]));
        }

        return page.Latency(prediction.Serving, bands).Notes("Notes", notes);
    }

    private static IReadOnlyList<string> Row((FleetPool Plan, PoolResult Result) pool) =>
    [
        pool.Plan.Name,
        Words.Count(pool.Result.MostReady),
        Words.Count(pool.Result.ColdStarts),
        pool.Result.ReplicaTime.ToString(),
        pool.Result.DeviceTime.ToString(),
        Words.Percent(pool.Result.ReplicaTime > Seconds.Zero ? pool.Result.BusyTime / pool.Result.ReplicaTime : 0),
        pool.Result.Rent?.ToString() ?? "-",
    ];

    private static IEnumerable<(string Name, string Value, string Meaning)> Spent(FleetPrediction prediction)
    {
        FleetResult result = prediction.Result;
        Seconds time = result.Serving.Ended - Instant.Zero;
        yield return ("energy", prediction.Serving.Energy.ToString(), $"of all devices with their share of hosts, over {time}");
        if (prediction.Rent is { } rent)
        {
            string tokens = result.Serving.OutputTokens > 0 ? $"; {rent * (1e6 / result.Serving.OutputTokens)} for a million output tokens" : string.Empty;
            yield return ("cost", rent.ToString(), $"over {time}; {Words.OneDecimal(prediction.MeanDevices)} accelerators paid for on average{tokens}");
        }
    }

    private static IEnumerable<(string Name, string Value, string Meaning)> Changes(FleetResult result)
    {
        (FleetChange Change, string Name, string Meaning)[] kinds =
        [
            (FleetChange.ScaleUp, "scaled up", "times the autoscaler asked for more"),
            (FleetChange.ScaleDown, "scaled down", "times it asked for fewer"),
            (FleetChange.NoQuota, "no quota", "times a replica was wanted and no node could be had"),
            (FleetChange.Failed, "failures", "replicas that failed"),
            (FleetChange.Killed, "killed", "replicas that were ended with requests on them, their grace over"),
            (FleetChange.RolloutEnds, "rolled out", "updates that are through"),
        ];
        foreach ((FleetChange change, string name, string meaning) in kinds.Where(kind => result.Count(kind.Change) > 0))
        {
            yield return (name, Words.Count(result.Count(change)), meaning);
        }

        if (result.Count(FleetChange.ScaleUp) + result.Count(FleetChange.ScaleDown) > 0)
        {
            yield return ("flaps", Words.Count(result.Flaps), $"changes of direction within {FleetResult.FlapWindow} of the change before");
        }

        yield return ("held", Words.Count(result.HeldAtGateway), "requests that found no replica ready and waited at the gateway");
        if (result.Resent > 0)
        {
            yield return ("sent again", Words.Count(result.Resent), "requests whose replica failed");
        }
    }

    /// <summary>Replicas that are ready after each change, at most twenty-four equal parts of the time.</summary>
    private static IEnumerable<(string Name, double Share, string Value, string Meaning)> Steps(FleetResult result)
    {
        const int Parts = 24;
        Instant end = result.Serving.Ended;
        int most = Math.Max(1, result.Pools.Sum(static pool => pool.MostReady));
        var ready = new Dictionary<string, int>();
        int next = 0;
        for (int part = 0; part < Parts; part++)
        {
            Instant time = Instant.At((end - Instant.Zero) * ((double)part / Parts));
            for (; next < result.Events.Length && result.Events[next].Time <= time; next++)
            {
                ready[result.Events[next].Pool] = result.Events[next].Ready;
            }

            int now = ready.Values.Sum();
            yield return ((time - Instant.Zero).ToString(), (double)now / most, Words.Count(now), now == 1 ? "replica ready" : "replicas ready");
        }
    }

    private static IEnumerable<(string Name, double Share, string Value, string Meaning)> ColdStart(FleetPool pool)
    {
        Seconds provision = pool.Nodes?.Provision ?? Seconds.Zero;
        Seconds whole = provision + pool.StartTime(isNew: true);
        if (provision > Seconds.Zero)
        {
            yield return ("node", provision / whole, provision.ToString(), "stated; none where a node has room");
        }

        foreach (ColdStartPart part in pool.ColdStart.Parts(pool.Weights, pool.ToDevices, isNew: true))
        {
            yield return (part.Name, part.Time / whole, part.Time.ToString(), part.Formula);
        }

        yield return ("whole", 1, whole.ToString(), $"{pool.StartTime(isNew: false)} where a replica ran before");
    }
}
