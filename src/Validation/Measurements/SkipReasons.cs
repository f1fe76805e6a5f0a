namespace LlmSim.Validation.Measurements;

/// <summary>Why a row is not priced: the words under which skipped rows are counted.</summary>
public static class SkipReasons
{
    /// <summary>No reader knows the columns of the file.</summary>
    public const string UnknownTable = "unknown table";

    /// <summary>The table lacks a column that its kind needs.</summary>
    public const string MissingColumn = "missing column";

    /// <summary>A column is there in another unit, such as <c>ms</c> for <c>seconds</c>.</summary>
    public const string WrongUnit = "wrong unit";

    /// <summary>The line has another number of cells than the header, or is no JSON.</summary>
    public const string BrokenLine = "broken line";

    /// <summary>The catalog knows no such device.</summary>
    public const string UnknownGpu = "unknown gpu";

    /// <summary>The catalog knows no such model.</summary>
    public const string UnknownModel = "unknown model";

    /// <summary>No number format goes by this name.</summary>
    public const string UnknownFormat = "unknown format";

    /// <summary>A measured value that is negative, zero, not finite or no number.</summary>
    public const string BadMeasurement = "bad measurement";

    /// <summary>A size or name that is missing or out of range.</summary>
    public const string BadValue = "bad value";

    /// <summary>The same work as another row of the file with another time.</summary>
    public const string Contradiction = "duplicate with another time";

    /// <summary>The simulator gives no value for this work.</summary>
    public const string NotPriced = "not priced";

    /// <summary>Prompts and decodes on workers of their own.</summary>
    public const string Disaggregated = "disaggregated serving is not built yet";

    /// <summary>Attention replicas inside a replica.</summary>
    public const string AttentionData = "attention data parallelism is not built yet";

    /// <summary>Parallel columns of which no convention makes one deployment.</summary>
    public const string ParallelColumns = "parallel columns contradict each other";

    /// <summary>The same run as an earlier row of the file.</summary>
    public const string Repeated = "the same run as an earlier row, under other columns";

    /// <summary>The memory account leaves no room for one request.</summary>
    public const string DoesNotFit = "does not fit in memory";

    /// <summary>The simulated run came to a halt or lost requests.</summary>
    public const string NotServed = "the simulated server does not serve all requests";

    /// <summary>A result that does not say on which device or with which model it was measured.</summary>
    public const string ServerUnknown = "server not described";
}
