using LlmSim.Model.Hardware;
using LlmSim.Schedules.Serving;
using LlmSim.Schedules.Traffic;
using LlmSim.Validation.Measurements;
using LlmSim.Validation.Measurements.Serving;
using Xunit;

namespace LlmSim.Tests.Validation.Measurements.Serving;

/// <summary>Tables of whole servers: protocols, settings by kind of server, and what is not simulated.</summary>
public sealed class ServerTableTests
{
    private const string Header =
        "id,gpu,backend,model,precision,mode,isl,osl,concurrency,batch_size,tp,pp,attention_dp,moe_tp,moe_ep,benchmark,ttft_seconds,tpot_seconds";

    private const string Llama = "a,h100-sxm,vllm,meta-llama/Llama-3.1-8B-Instruct,,agg,1024,128,16,16,2,1,,1,1,gap-analysis,0.2,0.01";

    [Fact]
    public void Both_latencies_of_a_row_are_measured_on_one_run()
    {
        MeasurementFile file = Read(Llama);
        Assert.Equal(["ttft_seconds", "tpot_seconds"], file.Rows.Select(static row => row.Metric));
        Assert.Equal([0.2, 0.01], file.Rows.Select(static row => row.Measured));
        Assert.Same(file.Rows[0].Work, file.Rows[1].Work);
        Assert.All(file.Rows, static row => Assert.Equal(("a", "gap-analysis", "vllm"), (row.Id, row.Source, row.Variant)));
    }

    [Fact]
    public void Gap_analysis_has_fixed_lengths_ten_requests_a_client_and_a_budget_of_one_prompt()
    {
        ServeWork run = Run(Read(Llama).Rows[0]);
        ServeSettings settings = run.Job.Settings;
        Assert.Equal((1024 + 16 + 16, 1024, true), (settings.MaxBatchedTokens, settings.MaxBatch, settings.ChunkedPrefill));
        Assert.Equal((160L, 2), (run.Traffic.Requests, run.Job.Layout.Tensor));
        Assert.All(Requests(run), static request => Assert.Equal((1024, 128), (request.PromptTokens, request.OutputTokens)));
    }

    [Fact]
    public void InferenceX_draws_lengths_from_four_fifths_of_nominal_and_caps_the_batch_at_the_clients()
    {
        MeasurementFile file = Read("a,h100-sxm,vllm,nvidia/Llama-3.3-70B-Instruct-FP8,fp8,agg,1000,100,16,,4,1,,,,inferencex,0.2,0.01");
        ServeWork run = Run(file.Rows[0]);
        Assert.Equal((8192, 16, NumberFormat.Fp8, NumberFormat.Fp8, true),
            (run.Job.Settings.MaxBatchedTokens, run.Job.Settings.MaxBatch, run.Job.Weights, run.Job.Cache, run.Job.Host.Asynchronous));
        Request[] requests = Requests(run);
        Assert.All(requests, static request => Assert.True(request.PromptTokens is >= 800 and <= 1000 && request.OutputTokens is >= 80 and <= 100));
        Assert.InRange(requests.Average(static request => request.PromptTokens), 880, 920);
    }

    [Fact]
    public void A_batch_below_the_clients_means_several_replicas_of_which_one_is_replayed() =>
        Assert.Equal(80, Run(Read(Llama.Replace("16,16,2", "64,8,2", StringComparison.Ordinal)).Rows[0]).Traffic.Requests);

    [Fact]
    public void Without_clients_the_batch_is_taken_and_the_row_counts_as_faulty()
    {
        MeasuredRow row = Read(Llama.Replace("128,16,16", "128,,24", StringComparison.Ordinal)).Rows[0];
        Assert.Equal(240, Run(row).Traffic.Requests);
        Assert.NotNull(row.Faulty);
    }

    [Fact]
    public void A_run_under_other_columns_counts_once()
    {
        const string Experts = "a,h100-sxm,trtllm,Qwen/Qwen3-235B-A22B-FP8,fp8,agg,512,128,4,4,8,1,,1,8,gap-analysis,0.17354,0.0133";
        MeasurementFile file = Read(Experts, Experts.Replace("8,1,,1,8", "64,1,,8,8", StringComparison.Ordinal));
        Assert.Equal([null, null, SkipReasons.Repeated, SkipReasons.Repeated], file.Rows.Select(static row => row.Skipped));
        ServeJob job = Run(file.Rows[0]).Job;
        Assert.Equal((8, 8, NumberFormat.Fp8Block, NumberFormat.Fp8), (job.Layout.Tensor, job.Layout.Expert, job.Weights, job.Cache));
        Assert.Empty(file.Problems);
    }

    [Theory]
    [InlineData(",agg,", ",disagg,", SkipReasons.Disaggregated)]
    [InlineData("2,1,,1,1", "1,1,8,1,8", SkipReasons.AttentionData)]
    [InlineData("2,1,,1,1", "2,1,,4,1", SkipReasons.ParallelColumns)]
    public void What_is_not_built_is_skipped_with_its_reason_and_is_no_mistake(string good, string other, string reason)
    {
        MeasurementFile file = Read(Llama.Replace(good, other, StringComparison.Ordinal));
        Assert.All(file.Rows, row => Assert.Equal(reason, row.Skipped));
        Assert.Empty(file.Problems);
    }

    [Theory]
    [InlineData("h100-sxm", "h1000", SkipReasons.UnknownGpu)]
    [InlineData("meta-llama/Llama-3.1-8B-Instruct", "nobody/model", SkipReasons.UnknownModel)]
    [InlineData(",,agg", ",fp5,agg", SkipReasons.UnknownFormat)]
    [InlineData("agg,1024", "agg,0", SkipReasons.BadValue)]
    [InlineData("128,16,16", "128,1e6,", SkipReasons.BadValue)]
    [InlineData("16,16,2,1", "16,16,5,1", SkipReasons.BadValue)]
    [InlineData("0.2,0.01", "0.2,NaN", SkipReasons.BadMeasurement)]
    public void A_wrong_cell_is_reported(string good, string bad, string reason)
    {
        MeasurementFile file = Read(Llama, Llama.Replace(good, bad, StringComparison.Ordinal));
        Assert.Equal([null, null, reason, reason], file.Rows.Select(static row => row.Skipped));
        Assert.All(file.Problems, static problem => Assert.Equal(3, problem.Line));
        Assert.NotEmpty(file.Problems);
    }

    [Fact]
    public void A_benchmark_that_nobody_knows_is_assumed_to_be_plain_and_says_so()
    {
        MeasuredRow row = Read(Llama.Replace("gap-analysis", "mine", StringComparison.Ordinal)).Rows[0];
        Assert.Contains("fixed lengths", Assert.Single(row.Assumed), StringComparison.Ordinal);
        Assert.Equal(8192, Run(row).Job.Settings.MaxBatchedTokens);
    }

    [Fact]
    public void Maximum_throughput_sends_as_many_requests_as_its_documentation_says_all_at_once()
    {
        const string Columns = "gpu,model,quant,tp,pp,gpus,isl,osl,total_output_tokens_per_second,stack";
        MeasurementFile file = Tables.Read(
            "max_throughput.csv",
            Columns,
            "h100,Llama-3.1-8B-Instruct,FP8,1,1,1,128,2048,22714,trt",
            "h100,Llama-3.1-8B-Instruct,FP8,1,1,1,130,2048,22714,trt");
        ServeWork run = Run(file.Rows[0]);
        Assert.Equal(3000, Requests(run).Count(static request => request.Arrival == default));
        Assert.Equal((NumberFormat.Fp8, NumberFormat.Fp8), (run.Job.Weights, run.Job.Cache));
        Assert.Empty(file.Rows[0].Assumed);
        Assert.Equal("requests = 3000", Assert.Single(file.Rows[1].Assumed));

        // No request is pre-empted: the policy reserves the cache of every running one to its end.
        Assert.Equal(BatchPolicies.InFlight, run.Job.Settings.Policy);
    }

    internal static MeasurementFile Read(params string[] lines) => Tables.Read("closed_loop.csv", [Header, .. lines]);

    internal static ServeWork Run(MeasuredRow row) => (ServeWork)row.Work!;

    private static Request[] Requests(ServeWork run)
    {
        IRequestSource source = run.Traffic.Open();
        var requests = new Request[run.Traffic.Requests];
        for (int i = 0; i < requests.Length; i++)
        {
            requests[i] = source.Take();
            source.Finished(requests[i], requests[i].Arrival);
        }

        return requests;
    }
}
