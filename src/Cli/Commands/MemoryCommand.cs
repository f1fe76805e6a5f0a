using System.CommandLine;
using LlmSim.Cli.Output;
using LlmSim.Cli.Output.Json;
using LlmSim.Cli.Output.Pages;
using LlmSim.Model.Memory;
using LlmSim.Model.Units;
using LlmSim.Schedules.Serving;
using LlmSim.Schedules.Training;

namespace LlmSim.Cli.Commands;

/// <summary><c>memory FILE</c>: whether a scenario fits, part by part, and what would make it fit.</summary>
internal static class MemoryCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CommandHost host) => ScenarioCommand.Create(
        "memory",
        "Will it fit: the memory of each device by part, with formulas, and what would make it fit",
        host,
        (parse, question) => Answer(host, parse, question));

    private static ExitCode Answer(CommandHost host, ParseResult parse, Question question)
    {
        (MemoryAnswer answer, Action<Page> asked) = question switch
        {
            TrainQuestion train => (Of(train), page => page.Asked(train.Job)),
            ServeQuestion serve => (Of(serve), (Action<Page>)(page => page.Asked(serve.Job))),
            _ => throw new InvalidOperationException($"No memory of {question.GetType().Name}."),
        };
        ExitCode code = answer.Infeasible is null ? ExitCode.Answer : ExitCode.Infeasible;
        if (GlobalOptions.IsJson(parse))
        {
            using var json = new JsonAnswer();
            return json.Memory(answer).Finish(host.Answer, code);
        }

        Page page = host.Page(parse);
        asked(page);
        return page.Memory(answer).Finish(code);
    }

    private static MemoryAnswer Of(TrainQuestion question)
    {
        TrainJob job = question.Job;
        Bytes capacity = job.Cluster.Accelerator.Memory;
        MemoryAccount fullest = TrainMemory.Peak(job.MemoryInput, capacity);
        IEnumerable<MemoryAccount> stages = Enumerable.Range(0, job.Layout.Pipeline).Select(stage => TrainMemory.OfStage(job.MemoryInput, stage, capacity));
        return new MemoryAnswer(question.Kind, fullest, [.. stages], null, Infeasible.Of(job, fullest), question.Notes);
    }

    private static MemoryAnswer Of(ServeQuestion question)
    {
        ServeJob job = question.Job;
        ServeMemoryResult memory = ServeRun.Memory(job);
        Bytes capacity = job.Node.Accelerator.Memory;
        IEnumerable<MemoryAccount> stages = Enumerable.Range(0, job.Layout.Pipeline)
            .Select(stage => ServeMemory.OfStage(job.MemoryInput, stage, capacity).Account);
        return new MemoryAnswer(question.Kind, memory.Account, [.. stages], memory.Kv, Infeasible.Of(job, memory), question.Notes);
    }
}
