using LlmSim.Model.Units;
using LlmSim.Schedules.Serving;
using LlmSim.Schedules.Traffic;
using LlmSim.Tests.Schedules.Serving;
using Xunit;

namespace LlmSim.Tests.Schedules.Traffic;

/// <summary>Whole published traces, where they lie beside the repository. Expected sums were taken with another program.</summary>
public sealed class PublishedTraceTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("AzureLLMInferenceTrace_conv.csv.gz", TraceFormat.Azure, 19_366, 3501.7219370, 22_361_870, 4_088_665)]
    [InlineData("AzureLLMInferenceTrace_code.csv.gz", TraceFormat.Azure, 8_819, 3435.9480560, 18_059_974, 245_896)]
    [InlineData("mooncake_conversation_trace.jsonl.gz", TraceFormat.Mooncake, 12_031, 3536.999, 144_793_823, 4_122_048)]
    public void A_published_trace_is_read_whole(string file, TraceFormat format, long rows, double span, long prompt, long generated)
    {
        using TextReader text = Open(file);
        TraceSummary summary = RequestTrace.Check(text);
        Assert.Empty(summary.Problems);
        Assert.Equal((format, rows, prompt, generated), (summary.Format, summary.Rows, summary.PromptTokens, summary.OutputTokens));
        Assert.Equal(span, summary.Span.Value, 6);
    }

    [Fact]
    public void The_conversation_trace_replays_on_one_replica()
    {
        using TextReader text = Open("AzureLLMInferenceTrace_conv.csv.gz");
        LinearPrice price = new() { Step = 8e6, PerSequence = 20e3, PerContextToken = 20, PerPrefillToken = 30e3, PerLogit = 500 };
        ServeSettings settings = new() { MaxBatch = 256, MaxBatchedTokens = 2048, KvCapacityTokens = 400_000 };
        ServeResult result = ServeSimulation.Run(settings, price, new RequestTrace(text), CancellationToken.None);
        output.WriteLine($"{result.Work.Steps} steps, mean batch {result.MeanBatchSize:F1}, TTFT {result.Ttft}");
        Assert.Equal(19_366, result.Requests.Completed);
        Assert.Equal(4_088_665, result.OutputTokens);
        Assert.Equal(22_361_870 + 4_088_665, result.TotalTokens);
        Assert.Equal(4_088_665 - 19_366, result.Itl!.Count);
        Assert.Equal(0, result.KvHeldTokens);
    }

    private static TextReader Open(string file)
    {
        string path = Path.Combine(GroundTruth(), "traces", file);
        if (!File.Exists(path))
        {
            Assert.Skip($"{file} is not there.");
        }

        return TraceFile.Open(File.OpenRead(path));
    }

    private static string GroundTruth()
    {
        if (Environment.GetEnvironmentVariable("LLMSIM_GROUND_TRUTH") is { Length: > 0 } given)
        {
            return given;
        }

        DirectoryInfo? root = new(AppContext.BaseDirectory);
        while (root is not null && !File.Exists(Path.Combine(root.FullName, "LlmSim.sln")))
        {
            root = root.Parent;
        }

        return Path.Combine(root?.Parent?.FullName ?? ".", "shared", "ground-truth");
    }
}
