using System.Collections.Concurrent;
using LlmSim.Model.Architecture;
using LlmSim.Model.Cost;
using LlmSim.Model.Hardware;
using LlmSim.Model.Operators;
using LlmSim.Model.Parallelism;
using LlmSim.Schedules.Serving;

namespace LlmSim.Validation.Comparison;

/// <summary>Prices of iterations, handed on from run to run of the same server. Owns those not in use.</summary>
/// <remarks>Most of a price is kept for each number of tokens once it was asked for.</remarks>
internal sealed class StepPrices
{
    private readonly ConcurrentDictionary<Server, ConcurrentBag<StepPrice>> _free = new();

    /// <summary>A price that no other thread has.</summary>
    public StepPrice Take(ServeJob job) =>
        _free.TryGetValue(new Server(job), out ConcurrentBag<StepPrice>? free) && free.TryTake(out StepPrice? price) ? price : job.StepPrice();

    /// <summary>Gives a price back.</summary>
    public void Return(ServeJob job, StepPrice price) => _free.GetOrAdd(new Server(job), static _ => []).Add(price);

    /// <summary>On what a price depends. Efficiencies of one name are the same one within a comparison.</summary>
    private sealed record Server(
        string Model,
        int Layers,
        string Node,
        string Efficiency,
        ParallelLayout Layout,
        (NumberFormat Weights, NumberFormat Activations, NumberFormat Cache) Formats,
        ExecutionMode Execution,
        HostMode Host,
        ServerConstants Kind,
        bool StaticScales)
    {
        public Server(ServeJob job)
            : this(
                job.Architecture.Name,
                job.Architecture.Layers.Length,
                job.Node.Name,
                job.Efficiency.Name,
                job.Layout,
                (job.Weights, job.Activations, job.Cache),
                job.Execution,
                job.Host,
                job.Server.Constants,
                job.StaticScales)
        {
        }
    }
}
