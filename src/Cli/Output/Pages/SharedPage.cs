using LlmSim.Model.Memory;
using LlmSim.Model.Units;

namespace LlmSim.Cli.Output.Pages;

/// <summary>Sections that several answers contain.</summary>
internal static class SharedPage
{
    private const int LargestParts = 4;

    /// <summary>The largest parts of a memory account and the rule of thumb beside it.</summary>
    public static Page AccountSummary(this Page page, MemoryAccount account)
    {
        MemoryPart[] large = [.. account.Parts.OrderByDescending(static part => part.Size.Value).Take(LargestParts)];
        Bytes rest = account.Total - large.Aggregate(Bytes.Zero, static (sum, part) => sum + part.Size);
        string[] small = [.. account.Parts.Except(large).Select(static part => part.Name)];
        var bars = large.Select(part => (part.Name, part.Size / account.Capacity, part.Size.ToString(), part.Formula)).ToList();
        if (rest > Bytes.Zero)
        {
            bars.Add(($"{Words.Count(small.Length)} more", rest / account.Capacity, rest.ToString(), string.Join(", ", small)));
        }

        return page
            .Heading($"Memory of the fullest device: {account.Total} of {account.Capacity} ({Words.Percent(account.Total / account.Capacity)})")
            .Bars(bars)
            .RulesOfThumb(account);
    }

    /// <summary>The rules of thumb beside an account.</summary>
    public static Page RulesOfThumb(this Page page, MemoryAccount account)
    {
        foreach (MemoryPart rule in account.RulesOfThumb)
        {
            page.Remark($"rule of thumb {rule.Name}: {rule.Size} over all devices ({rule.Source})");
        }

        return page;
    }

    /// <summary>An answer that there is none.</summary>
    public static Page NotFeasible(this Page page, Infeasible infeasible) => page
        .Heading("Not feasible")
        .Remark(infeasible.Reason)
        .Remark("nearest change: " + (infeasible.Nearest ?? "none was found, alone or together with others"))
        .Notes("Other changes that would do", infeasible.Alternatives);
}
