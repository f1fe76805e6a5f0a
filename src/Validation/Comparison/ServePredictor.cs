using System.Collections.Concurrent;
using LlmSim.Model.Cost;
using LlmSim.Model.Memory;
using LlmSim.Schedules.Serving;
using LlmSim.Validation.Measurements;
using LlmSim.Validation.Measurements.Serving;

namespace LlmSim.Validation.Comparison;

/// <summary>Replays whole servers by the simulation that every run uses, each run once. Owns what the runs showed, and prices between runs.</summary>
/// <param name="efficiency">Prices the work of every device; null for each device's own from the catalog.</param>
public sealed class ServePredictor(Efficiency? efficiency) : IPredictor
{
    private readonly ConcurrentDictionary<ServeWork, Lazy<(ServedRun? Run, string? Refused)>> _runs = new(ReferenceEqualityComparer.Instance);
    private readonly StepPrices _prices = new();

    /// <inheritdoc/>
    public bool Knows(MeasuredWork work) => work is ServeWork or RequestWork;

    /// <inheritdoc/>
    public Prediction Predict(MeasuredRow row)
    {
        (ServeWork work, int request) = row.Work is RequestWork one ? (one.Run, one.Request) : ((ServeWork)row.Work!, -1);
        (ServedRun? run, string? refused) = _runs.GetOrAdd(work, key => new(() => Run(key))).Value;
        return run is null ? Prediction.Refuse(refused ?? SkipReasons.NotPriced) : run.Of(row.Metric, request);
    }

    private (ServedRun? Run, string? Refused) Run(ServeWork work)
    {
        ServeJob job = efficiency is null ? work.Job : work.Job.With(efficiency);
        ServeMemoryResult memory = ServeRun.Memory(job);
        if (!memory.Account.Fits || memory.Kv.Blocks < 1)
        {
            return (null, SkipReasons.DoesNotFit);
        }

        var requests = new ServedRequest[work.Traffic is RecordedTraffic ? work.Traffic.Requests : 0];
        StepPrice price = _prices.Take(job);
        ServeResult result = ServeSimulation.Run(
            ServeRun.Settings(job, memory),
            price,
            work.Traffic.Open(),
            requests.Length == 0 ? null : outcome => requests[outcome.Request.Id] = new(outcome),
            CancellationToken.None);
        _prices.Return(job, price);
        if (result.End != ServeEnd.Drained || result.Requests.Completed < result.Requests.Arrived)
        {
            return (null, SkipReasons.NotServed);
        }

        var prediction = new ServePrediction { Job = job, Result = result, Memory = memory, MeanStep = default, Energy = default };
        return (new(result, requests, ServeBands.Of(prediction, work.Traffic.Open, Predictors.Draws, CancellationToken.None)), null);
    }
}
