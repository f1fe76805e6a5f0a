namespace LlmSim.Cli.Output;

/// <summary>The page on which people read an answer.</summary>
/// <param name="Width">Columns.</param>
/// <param name="Colors">Whether it shows colours and its owner wants them.</param>
internal sealed record Terminal(int Width, bool Colors)
{
    private const int PlainWidth = 100;
    private const int NarrowestUseful = 40;

    /// <summary>A file or a pipe: 100 columns, no colours.</summary>
    public static Terminal Plain { get; } = new(PlainWidth, false);

    /// <summary>The console of the process; <see cref="Plain"/> where output is redirected. Respects NO_COLOR (no-color.org) and TERM=dumb.</summary>
    public static Terminal OfConsole()
    {
        if (Console.IsOutputRedirected)
        {
            return Plain;
        }

        int width = Console.WindowWidth;
        bool allowed = string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));
        bool colors = allowed && Environment.GetEnvironmentVariable("TERM") is not (null or "dumb");
        return new(width <= 0 ? PlainWidth : Math.Max(NarrowestUseful, width), colors);
    }
}
