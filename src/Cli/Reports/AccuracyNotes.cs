namespace LlmSim.Cli.Reports;

/// <summary>What the document on accuracy says in words.</summary>
internal static class AccuracyNotes
{
    /// <summary>How constants come to a device that nobody measured.</summary>
    public const string CarryOver = """
        A device that nobody profiled gets the constants of its relatives, with a wider band, and every answer says so. Here each measured device is priced as
        if it had never been measured: what remains is the efficiencies of the others.


        """;

    /// <summary>What no prediction contains, and what no table tests.</summary>
    public const string NotModelled = """
        ## Not validated, not modelled

        | what | state |
        |---|---|
        | prompts after a cached prefix | follows from the same counts; every row of the tables starts at an empty cache |
        | power and energy | idle power and shares of the limit by what bounds the work; no table has power |
        | weight-only int4 and int8 products | weights at their own bytes, arithmetic in bf16; no table has such rows |
        | exchanges between nodes | latency and a share of the card, seen only through whole training steps |
        | norms, activations, sampling | bytes over a share of the bandwidth; seen only through whole steps and servers |
        | clocks under a power limit, wear, neighbours on shared machines | not modelled; sustained training carries one fitted factor |
        | matrices that stay in the L2 cache of a benchmark | modelled for experts only, and off in servers |


        """;
}
