using LlmSim.Model.Memory;

namespace LlmSim.Cli.Output.Pages;

/// <summary>A memory account for people.</summary>
internal static class MemoryPage
{
    /// <summary>Writes the account after the question.</summary>
    public static Page Memory(this Page page, MemoryAnswer answer)
    {
        MemoryAccount account = answer.Fullest;
        string device = answer.Stages.Length > 1 ? Words.Invariant($"a device of stage {account.Stage}, the fullest") : "each device";
        page.Heading("Memory of " + device)
            .Table(["part", ">size", ">share", "~formula", "~source"], account.Parts.Select(part => (IReadOnlyList<string>)
                [part.Name, part.Size.ToString(), Words.Percent(part.Size / account.Capacity), part.Formula, part.Source]))
            .Facts(
                ("total", account.Total.ToString(), account.OutsideText()),
                ("capacity", account.Capacity.ToString(), "as the driver reports it"),
                ("headroom", account.Headroom.ToString(), account.Fits ? "it fits" : "it does not fit"))
            .RulesOfThumb(account);
        if (answer.Stages.Length > 1)
        {
            page.Heading("By pipeline stage").Bars(answer.Stages.Select(static stage =>
                (Words.Invariant($"stage {stage.Stage}"), stage.Total / stage.Capacity, stage.Total.ToString(), string.Empty)));
        }

        if (answer.Kv is KvCapacity kv)
        {
            page.Heading("KV cache of a replica").Facts(
                ("pool", kv.Pool.ToString(), "on each device, what everything else leaves"),
                ("capacity", $"{Words.Count(kv.Tokens)} tokens", $"{kv.PerToken} a token on each device, {Words.Count(kv.Blocks)} blocks"),
                ("sequences", Words.Count(kv.Sequences), "of the longest context at once"));
        }

        return (answer.Infeasible is { } infeasible ? page.NotFeasible(infeasible) : page).Notes("Notes", answer.Notes);
    }

    private static string OutsideText(this MemoryAccount account) => $"of which a framework's allocator would report {account.AllocatorPeak}";
}
