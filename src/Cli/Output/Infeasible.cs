using System.Collections.Immutable;
using LlmSim.Model.Memory;
using LlmSim.Model.Units;
using LlmSim.Schedules.Serving;
using LlmSim.Schedules.Training;

namespace LlmSim.Cli.Output;

/// <summary>Why something cannot be done, and what nearest to it can.</summary>
/// <param name="Reason">What is in the way.</param>
/// <param name="Nearest">The smallest change that helps, in a sentence; null where none was found.</param>
/// <param name="Alternatives">Further changes of which each helps.</param>
internal sealed record Infeasible(string Reason, string? Nearest, ImmutableArray<string> Alternatives)
{
    /// <summary>Why a training step does not fit; null where it does.</summary>
    public static Infeasible? Of(TrainJob job, MemoryAccount account)
    {
        if (account.Fits)
        {
            return null;
        }

        ImmutableArray<MemoryChange<TrainMemoryInput>> changes = MemoryAdvice.ForTraining(job.MemoryInput, account.Capacity, job.Cluster.Node.Devices);
        return Of(Needs(account, job.Cluster.Accelerator.Name), [.. changes.Select(static change => change.Text)]);
    }

    /// <summary>Why a server does not fit; null where it does.</summary>
    public static Infeasible? Of(ServeJob job, ServeMemoryResult memory)
    {
        if (memory.Account.Fits && memory.Kv.Blocks >= 1)
        {
            return null;
        }

        ImmutableArray<MemoryChange<ServeMemoryInput>> changes = MemoryAdvice.ForServing(job.MemoryInput, memory.Account.Capacity, job.Node.Devices);
        return Of(Needs(memory.Account, job.Node.Accelerator.Name), [.. changes.Select(static change => change.Text)]);
    }

    /// <summary>Why a serving run came to a halt; null where it did not.</summary>
    public static Infeasible? Of(ServeResult result) => result.End == ServeEnd.Stuck ? new(result.StuckBecause ?? "the run came to a halt", null, []) : null;

    private static Infeasible Of(string reason, ImmutableArray<string> changes) =>
        new(reason, changes.FirstOrDefault(), [.. changes.Skip(1)]);

    private static string Needs(MemoryAccount account, string accelerator)
    {
        Bytes over = account.Total - account.Capacity;
        return $"out of memory: stage {Words.Count(account.Stage)} needs {account.Total} of the {account.Capacity} of each {accelerator}, {over} too much";
    }
}
