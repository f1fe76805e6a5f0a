namespace LlmSim.Cli;

/// <summary>What the program tells the shell.</summary>
internal enum ExitCode
{
    /// <summary>There is an answer, and it is on standard output.</summary>
    Answer = 0,

    /// <summary>What was asked for cannot be done, or a prediction is outside its tolerance; the answer says why.</summary>
    Infeasible = 1,

    /// <summary>The command line or a file is wrong; standard output is empty and standard error says what.</summary>
    BadInput = 2,

    /// <summary>The program itself is wrong (EX_SOFTWARE of sysexits.h).</summary>
    Defect = 70,

    /// <summary>Interrupted from the keyboard: 128 and the number of SIGINT, as shells report it.</summary>
    Cancelled = 130,
}
