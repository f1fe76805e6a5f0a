namespace LlmSim.Cli;

/// <summary>The entry point of <c>llmsim</c>.</summary>
internal static class Program
{
    private static int Main()
    {
        return 0;
    }
}
