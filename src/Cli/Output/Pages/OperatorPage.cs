using LlmSim.Model.Cost;
using LlmSim.Model.Operators;
using LlmSim.Model.Units;

namespace LlmSim.Cli.Output.Pages;

/// <summary>Priced operators for people.</summary>
internal static class OperatorPage
{
    /// <summary>Writes a table for each group of operators.</summary>
    public static Page Operators(this Page page, OperatorRows rows)
    {
        Seconds whole = rows.Groups.Aggregate(Seconds.Zero, static (sum, group) => sum + (group.Cost.Total * group.Times));
        page.Heading(rows.Shape);
        foreach (OperatorGroup group in rows.Groups)
        {
            Seconds all = group.Cost.Total * group.Times;
            string times = group.Times == 1 ? group.Cost.Total.ToString() : $"{Words.Count(group.Times)} × {group.Cost.Total} = {all}";
            page.Heading($"{group.Part}, {group.Pass}: {times}, {Words.Percent(whole > Seconds.Zero ? all / whole : 0)} of the kernels' time")
                .Table(
                    ["~>", "operator", "~>FLOP", "~>bytes", ">FLOP/B", ">ridge", ">time", ">share", "bound by"],
                    group.Operators.Select((priced, i) => Row(priced, i + 1, rows, group.Cost.Total)));
        }

        return page;
    }

    private static IReadOnlyList<string> Row(PricedOperator priced, int number, OperatorRows rows, Seconds group)
    {
        Operator op = priced.Operator;
        bool isExchange = op.Shape is CommunicationShape;
        string bytes = op.Shape is CommunicationShape exchange ? exchange.Message.ToString() : op.Traffic.ToString();
        return
        [
            Words.Count(number),
            op.Name,
            op.Flops > FlopCount.Zero ? op.Flops.ToString().Replace("FLOP", string.Empty, StringComparison.Ordinal).TrimEnd() : "-",
            bytes,
            isExchange ? "-" : Words.OneDecimal(op.Intensity.Value),
            Roofline.Ridge(op, rows.Device) is { } ridge ? Words.OneDecimal(ridge.Value) : "-",
            priced.Cost.Total.ToString(),
            Words.Percent(group > Seconds.Zero ? priced.Cost.Total / group : 0),
            Words.Spelt(priced.Cost.BoundBy),
        ];
    }
}
