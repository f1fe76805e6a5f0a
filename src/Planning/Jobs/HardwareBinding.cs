using LlmSim.Model.Catalog;
using LlmSim.Model.Cost;
using LlmSim.Model.Hardware;
using LlmSim.Model.Units;
using LlmSim.Planning.Scenarios;

namespace LlmSim.Planning.Jobs;

/// <summary>Joins what a scenario says about machines: accelerator, node, network, power limit and efficiency.</summary>
internal static class HardwareBinding
{
    /// <summary>The node with the accelerator, network and power limit of the scenario; null where there are problems.</summary>
    internal static Node? Node(Scenario scenario, ProblemList problems)
    {
        Accelerator? accelerator = scenario.Accelerator is { } named ? RecordLookup.Accelerator(named, problems) : null;
        Node? node = scenario.Node is { } stated ? RecordLookup.Node(stated, problems) : null;
        Link? network = Network(scenario, problems);
        if ((scenario.Accelerator is not null && accelerator is null) || (scenario.Node is not null && node is null))
        {
            return null;
        }

        Node joined = (node, accelerator) switch
        {
            (null, { } only) => Nodes.Default(only) with { Accelerator = only },
            ({ } box, { } other) => box with { Accelerator = other },
            ({ } box, null) => box,
            _ => throw new InvalidOperationException("A scenario names an accelerator or a node."),
        };
        joined = network is null ? joined : joined with { ScaleOut = network };
        return scenario.Power.Limit is { } limit ? Limited(scenario, joined, limit, problems) : joined;
    }

    /// <summary>The stated efficiency, or the catalog's for the accelerator; null where there are problems.</summary>
    internal static Efficiency? Efficiency(Scenario scenario, Node node, ProblemList problems) =>
        scenario.Efficiency is { } stated ? RecordLookup.Efficiency(stated, problems) : EfficiencyCatalog.For(node.Accelerator);

    private static Link? Network(Scenario scenario, ProblemList problems)
    {
        switch (scenario.Network)
        {
            case InlineNetwork inline:
                return inline.Link;
            case NamedNetwork named:
                if (HardwareCatalog.Networks.TryFind(named.Name, out Network? network))
                {
                    return network.Link;
                }

                problems.Add(new NamedRecord("network", named.Node, named.Name).Unknown(HardwareCatalog.Networks.Names));
                return null;
            default:
                return null;
        }
    }

    private static Node Limited(Scenario scenario, Node node, Watts limit, ProblemList problems)
    {
        Watts own = node.Accelerator.PowerLimit;
        if (own > Watts.Zero && limit > own)
        {
            problems.Add(scenario.ProblemAt("power.limit", $"'power.limit' is {limit}, above the {own} of {node.Accelerator.Name}: expected at most {own}"));
        }

        return node with { Accelerator = node.Accelerator with { PowerLimit = limit } };
    }
}
