using BenchmarkDotNet.Running;

namespace LlmSim.Benchmarks;

/// <summary><c>engine</c>, <c>replay</c> and <c>layouts</c> are own timing loops with a verdict in seconds; anything else goes to BenchmarkDotNet.</summary>
internal static class Program
{
    private static int Main(string[] args)
    {
        switch (args)
        {
            case ["engine"]:
                HoldModel.Report(Console.Out);
                return 0;
            case ["replay"]:
                LargeReplay.Report(Console.Out);
                return 0;
            case ["layouts"]:
                ManyLayouts.Report(Console.Out);
                return 0;
            default:
                BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
                return 0;
        }
    }
}
