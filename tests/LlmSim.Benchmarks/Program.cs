namespace LlmSim.Benchmarks;

internal static class Program
{
    private static void Main()
    {
    }
}
