using System.IO.Compression;
using System.Text;
using LlmSim.Model.Units;
using LlmSim.Schedules.Traffic;
using Xunit;

namespace LlmSim.Tests.Schedules.Traffic;

public sealed class RequestTraceTests
{
    private const string Azure =
        "TIMESTAMP,ContextTokens,GeneratedTokens\r\n2023-11-16 18:15:46.6805900,374,44\r\n"
        + "2023-11-16 18:15:50.9951690,396,109\r\n2023-11-17 00:00:00.0000001,879,55";

    private const string Mooncake = """
        {"timestamp": 0, "input_length": 6758, "output_length": 500, "hash_ids": [0, 1, 2]}
        {"timestamp": 3052, "input_length": 7322, "output_length": 490}
        """;

    [Fact]
    public void Azure_times_keep_their_seven_digits_and_start_at_zero()
    {
        List<Request> requests = All(new RequestTrace(new StringReader(Azure)));
        Assert.Equal([0L, 4_314_579_000, 20_653_319_410_100], requests.Select(request => request.Arrival.Nanoseconds));
        Assert.Equal([374, 396, 879], requests.Select(request => request.PromptTokens));
        Assert.Equal([44, 109, 55], requests.Select(request => request.OutputTokens));
        Assert.Equal([0L, 1, 2], requests.Select(request => request.Id));
        Assert.Equal(TraceFormat.Azure, Check(Azure).Format);
    }

    [Fact]
    public void Plain_columns_are_found_by_name_in_any_order()
    {
        List<Request> requests = All(
            new RequestTrace(new StringReader("num_decode_tokens,note,arrived_at,num_prefill_tokens\n7,a,1.5,100\n8,b,2.25,200\n")));
        Assert.Equal([0L, 750_000_000], requests.Select(request => request.Arrival.Nanoseconds));
        Assert.Equal([100, 200], requests.Select(request => request.PromptTokens));
        Assert.Equal([7, 8], requests.Select(request => request.OutputTokens));
    }

    [Fact]
    public void Mooncake_lines_carry_their_block_hashes()
    {
        List<Request> requests = All(new RequestTrace(new StringReader(Mooncake)));
        Assert.Equal([0L, 3_052_000_000], requests.Select(request => request.Arrival.Nanoseconds));
        Assert.Equal([0L, 1, 2], requests[0].PrefixBlocks);
        Assert.Empty(requests[1].PrefixBlocks);
        Assert.Equal(TraceFormat.Mooncake, Check(Mooncake).Format);
    }

    [Fact]
    public void A_time_scale_and_a_limit_apply()
    {
        List<Request> requests = All(new RequestTrace(new StringReader(Azure), timeScale: 0.5, limit: 2));
        Assert.Equal([0L, 2_157_289_500], requests.Select(request => request.Arrival.Nanoseconds));
    }

    [Fact]
    public void A_trace_of_one_row_works_without_a_last_newline()
    {
        TraceSummary summary = Check("arrived_at,num_prefill_tokens,num_decode_tokens\n12.5,3,4");
        Assert.Empty(summary.Problems);
        Assert.Equal((1L, 3L, 4L, Seconds.Zero), (summary.Rows, summary.PromptTokens, summary.OutputTokens, summary.Span));
    }

    [Theory]
    [InlineData("-1,5,5", "arrived_at \"-1\"")]
    [InlineData("NaN,5,5", "arrived_at \"NaN\"")]
    [InlineData("1e300,5,5", "arrived_at \"1e300\"")]
    [InlineData("3,0,5", "num_prefill_tokens \"0\"")]
    [InlineData("3,5,0", "num_decode_tokens \"0\"")]
    [InlineData("3,5.5,5", "num_prefill_tokens \"5.5\"")]
    [InlineData("3,-5,5", "num_prefill_tokens \"-5\"")]
    [InlineData("3,5,99999999999", "num_decode_tokens \"99999999999\"")]
    [InlineData("3,5,", "num_decode_tokens \"\"")]
    [InlineData("3,5", "2 cells in \"3,5\"")]
    [InlineData("3,5,5,5", "4 cells in \"3,5,5,5\"")]
    [InlineData("1,5,5", "a time 1 s before the row above")]
    public void A_wrong_row_is_told_with_its_line_and_what_was_found(string row, string found)
    {
        TraceSummary summary = Check($"arrived_at,num_prefill_tokens,num_decode_tokens\n2,5,5\n{row}\n4,5,5\n");
        TraceProblem problem = Assert.Single(summary.Problems);
        Assert.Equal((3L, found), (problem.Line, problem.Found));
        Assert.NotEmpty(problem.Legal);
        Assert.Equal(2, summary.Rows);
    }

    [Theory]
    [InlineData("3,0,5", 3)]
    [InlineData("3,5,x", 5)]
    [InlineData(" NaN,5,5", 1)]
    [InlineData("3,15,-1", 6)]
    [InlineData("1,5,5", 1)]
    public void A_wrong_cell_is_told_with_its_column(string row, int column) => Assert.Equal(
        column, Assert.Single(Check($"arrived_at,num_prefill_tokens,num_decode_tokens\n2,5,5\n{row}\n4,5,5\n").Problems).Column);

    [Fact]
    public void Objects_with_plain_names_are_read_in_seconds()
    {
        const string trace = """
            {"arrived_at": 1.5, "num_prefill_tokens": 7, "num_decode_tokens": 3, "hash_ids": [4]}
            {"num_decode_tokens": 2, "num_prefill_tokens": 9, "arrived_at": 1.75}
            """;
        List<Request> requests = All(new RequestTrace(new StringReader(trace)));
        Assert.Equal([(0L, 7, 3), (250_000_000L, 9, 2)], requests.Select(static one => (one.Arrival.Nanoseconds, one.PromptTokens, one.OutputTokens)));
        Assert.Equal((TraceFormat.JsonLines, 512), (Check(trace).Format, requests[0].PrefixBlockTokens));
        Assert.Equal("arrived_at \"-1\"", Assert.Single(Check(trace + "\n{\"arrived_at\": -1, \"num_prefill_tokens\": 9, \"num_decode_tokens\": 2}").Problems).Found);
    }

    [Theory]
    [InlineData("{\"timestamp\": 0, \"input_length\": 5}", "output_length \"\"")]
    [InlineData("{\"timestamp\": \"0\", \"input_length\": 5, \"output_length\": 5}", "timestamp \"\"0\"\"")]
    [InlineData("{\"timestamp\": 0, \"input_length\": 5, \"output_length\": 5, \"hash_ids\": [1, \"a\"]}", "hash_ids \"[1, \"a\"]\"")]
    [InlineData("{\"timestamp\": 0, ", "\"{\"timestamp\": 0, \"")]
    [InlineData("[1]", "\"[1]\"")]
    public void A_wrong_object_is_told_with_its_line_and_what_was_found(string line, string found)
    {
        TraceProblem problem = Assert.Single(Check($"{Mooncake}\n{line}").Problems);
        Assert.Equal((3L, found), (problem.Line, problem.Found));
    }

    [Fact]
    public void All_problems_are_told_at_once_up_to_twenty_and_then_counted()
    {
        string rows = string.Concat(Enumerable.Repeat("x,0,-1\n", 30));
        TraceSummary summary = Check($"arrived_at,num_prefill_tokens,num_decode_tokens\n{rows}");
        Assert.Equal(90, summary.ProblemCount);
        Assert.Equal(20, summary.Problems.Length);
        Assert.Equal([2L, 2, 2, 3], summary.Problems.Take(4).Select(problem => problem.Line));
    }

    [Theory]
    [InlineData("", "an empty file")]
    [InlineData("1,2,3\n4,5,6\n", "no header in \"1,2,3\"")]
    [InlineData("TIMESTAMP,ContextTokens\n", "no column GeneratedTokens in \"TIMESTAMP,ContextTokens\"")]
    [InlineData("TIMESTAMP,ContextTokens,GeneratedTokens\n", "no row after the header")]
    public void A_file_without_rows_or_header_is_a_problem(string text, string found) =>
        Assert.Equal(found, Assert.Single(Check(text).Problems).Found);

    [Fact]
    public void A_wrong_row_throws_where_the_trace_was_not_checked()
    {
        RequestTrace source = new(new StringReader("arrived_at,num_prefill_tokens,num_decode_tokens\n1,1,1\n2,0,1\n"));
        Assert.Throws<InvalidDataException>(() => source.Take());
    }

    [Fact]
    public void Compressed_and_plain_bytes_give_the_same_rows()
    {
        using TextReader plain = TraceFile.Open(new MemoryStream(Encoding.UTF8.GetBytes(Azure)));
        using TextReader packed = TraceFile.Open(new MemoryStream(Pack(Azure)));
        Assert.Equal(All(new RequestTrace(plain)).Select(Key), All(new RequestTrace(packed)).Select(Key));

        static (long, int, int) Key(Request request) => (request.Arrival.Nanoseconds, request.PromptTokens, request.OutputTokens);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(10)]
    [InlineData(30)]
    [InlineData(-1)]
    [InlineData(-4)]
    [InlineData(-8)]
    [InlineData(-200)]
    public void A_gzip_file_that_is_cut_off_is_a_problem(int length)
    {
        byte[] whole = Pack(ManyRows());
        byte[] cut = whole[..(length < 0 ? whole.Length + length : length)];
        using TextReader text = TraceFile.Open(new MemoryStream(cut));
        TraceSummary summary = RequestTrace.Check(text);
        Assert.Contains(summary.Problems, problem => problem.Found.StartsWith("damaged compressed data", StringComparison.Ordinal));
    }

    [Fact]
    public void A_gzip_file_with_a_flipped_bit_is_a_problem()
    {
        byte[] damaged = Pack(ManyRows());
        damaged[damaged.Length / 2] ^= 0x10;
        using TextReader text = TraceFile.Open(new MemoryStream(damaged));
        Assert.NotEqual(0, RequestTrace.Check(text).ProblemCount);
    }

    private static TraceSummary Check(string text) => RequestTrace.Check(new StringReader(text));

    private static string ManyRows() =>
        "arrived_at,num_prefill_tokens,num_decode_tokens\n"
        + string.Concat(Enumerable.Range(0, 5000).Select(
            i => FormattableString.Invariant($"{i},{1 + (i * 7919 % 1000)},{1 + (i * 104729 % 500)}\n")));

    private static byte[] Pack(string text)
    {
        using MemoryStream packed = new();
        using (GZipStream gzip = new(packed, CompressionLevel.Optimal))
        {
            gzip.Write(Encoding.UTF8.GetBytes(text));
        }

        return packed.ToArray();
    }

    private static List<Request> All(RequestTrace source)
    {
        List<Request> requests = [];
        while (source.NextArrival != Instant.Never)
        {
            requests.Add(source.Take());
        }

        return requests;
    }
}
