using LlmSim.Model.Cost;
using LlmSim.Model.Hardware;
using LlmSim.Model.Operators;

namespace LlmSim.Cli.Output.Json;

/// <summary>Priced operators for programs.</summary>
internal static class OperatorJson
{
    /// <summary>Writes groups of operators.</summary>
    public static JsonAnswer Operators(this JsonAnswer json, string name, OperatorRows rows) => json.Object(name, o => o
        .Text("shape", rows.Shape)
        .List("groups", rows.Groups, (g, group) => g
            .Text("part", group.Part)
            .Text("pass", group.Pass)
            .Count("times", group.Times)
            .Number("seconds", group.Cost.Total.Value)
            .List("operators", group.Operators, (op, priced) => op.Operator(priced, rows.Device))));

    private static void Operator(this JsonAnswer json, PricedOperator priced, Accelerator device)
    {
        Operator op = priced.Operator;
        bool isExchange = op.Shape is CommunicationShape;
        json
            .Text("name", op.Name)
            .Text("kind", Words.Key(op.Kind))
            .Number("flops", op.Flops.Value)
            .Number("bytes", op.Traffic.Value)
            .Number("flops_per_byte", isExchange ? null : op.Intensity.Value)
            .Number("ridge_flops_per_byte", Roofline.Ridge(op, device)?.Value)
            .Count("launches", op.Launches)
            .Number("seconds", priced.Cost.Total.Value)
            .Text("bound_by", Words.Key(priced.Cost.BoundBy))
            .Object("parts_seconds", o => o.Parts(priced.Cost.Attributed()))
            .Text("formula", FormulaTexts.Of(op).Name);
    }
}
