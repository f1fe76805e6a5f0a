using LlmSim.Schedules.Serving;
using LlmSim.Validation.Measurements;
using LlmSim.Validation.Measurements.Serving;
using Xunit;

namespace LlmSim.Tests.Validation.Measurements.Serving;

/// <summary>Result files of benchmarks and recorded runs, with what stands beside them.</summary>
public sealed class ResultFileTests : IDisposable
{
    private const string Vllm =
        """
        {"date": "20260101-120000", "backend": "openai", "model_id": "meta-llama/Llama-3.1-8B-Instruct", "num_prompts": 40,
         "request_rate": "inf", "max_concurrency": 4, "duration": 10.0, "completed": 40, "total_input_tokens": 40000,
         "total_output_tokens": 4000, "request_throughput": 4.0, "output_throughput": 400.0,
         "mean_ttft_ms": 50.0, "median_ttft_ms": 45.0, "p99_ttft_ms": 90.0, "mean_tpot_ms": 8.0, "mean_itl_ms": 8.5, "mean_e2el_ms": 850.0 GPU}
        """;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("results");

    public void Dispose() => _folder.Delete(true);

    [Fact]
    public void A_result_of_vllm_is_a_row_for_each_figure_in_seconds()
    {
        MeasurementFile file = Read("run.json", Vllm.Replace("GPU", ", \"gpu\": \"h100\", \"tensor_parallel_size\": 2", StringComparison.Ordinal));
        Assert.Equal("vllm-benchmark", file.Kind);
        Assert.Empty(file.Problems);
        Dictionary<string, double> measured = file.Rows.ToDictionary(static row => row.Metric, static row => row.Measured);
        Assert.Equal(0.050, measured["ttft_seconds_mean"], 12);
        Assert.Equal(0.045, measured["ttft_seconds_p50"], 12);
        Assert.Equal(0.090, measured["ttft_seconds_p99"], 12);
        Assert.Equal(0.008, measured["tpot_seconds_mean"], 12);
        Assert.Equal(0.0085, measured["itl_seconds_mean"], 12);
        Assert.Equal(0.850, measured["e2e_seconds_mean"], 12);
        Assert.Equal((4, 400), (measured["requests_per_second"], measured["output_tokens_per_second"]));
        Assert.Equal(8, measured.Count);

        ServeWork run = ServerTableTests.Run(file.Rows[0]);
        var traffic = Assert.IsType<ClientTraffic>(run.Traffic);
        Assert.Equal((4, 40L, 2), (traffic.Clients, traffic.Count, run.Job.Layout.Tensor));
        Assert.All(file.Rows, row => Assert.Same(run, row.Work));
        Assert.Contains("mean lengths", Assert.Single(file.Rows[0].Assumed), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("server.json")]
    [InlineData("run.server.json")]
    public void What_a_result_cannot_say_stands_in_a_file_beside_it(string name)
    {
        Write(name, """{"gpu": "h100-sxm", "tensor_parallel_size": 4, "max_num_batched_tokens": 2048, "max_num_seqs": 128}""");
        ServeJob job = ServerTableTests.Run(Read("run.json", Vllm.Replace("GPU", string.Empty, StringComparison.Ordinal)).Rows[0]).Job;
        Assert.Equal((4, 2048, 128), (job.Layout.Tensor, job.Settings.MaxBatchedTokens, job.Settings.MaxBatch));
        Assert.Equal("h100-sxm", job.Node.Accelerator.Name);
        MeasurementFile beside = MeasurementSource.Read(Path.Combine(_folder.FullName, name));
        Assert.Equal(("server", 0, 0), (beside.Kind, beside.Rows.Length, beside.Problems.Length));
    }

    [Fact]
    public void What_nobody_says_is_missed_by_name()
    {
        MeasurementFile file = Read("run.json", Vllm.Replace("GPU", string.Empty, StringComparison.Ordinal));
        Assert.All(file.Rows, static row => Assert.Equal(SkipReasons.ServerUnknown, row.Skipped));
        Assert.Contains("no gpu", Assert.Single(file.Problems).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Detailed_results_are_replayed_with_their_own_lengths()
    {
        string detailed = Vllm.Replace("\"completed\": 40", "\"completed\": 3", StringComparison.Ordinal)
            .Replace("GPU", ", \"gpu\": \"h100\", \"input_lens\": [10, 20, 30], \"output_lens\": [3, 2, 1]", StringComparison.Ordinal);
        var traffic = Assert.IsType<ListedLengths>(ServerTableTests.Run(Read("run.json", detailed).Rows[0]).Traffic);
        var source = traffic.Open();
        (int, int)[] lengths = [.. Enumerable.Range(0, 3).Select(_ => source.Take()).Select(static one => (one.PromptTokens, one.OutputTokens))];
        Assert.Equal([(10, 3), (20, 2), (30, 1)], lengths);
    }

    [Theory]
    [InlineData("50.0,", "-50.0,", SkipReasons.BadMeasurement)]
    [InlineData("\"completed\": 40", "\"completed\": 0", SkipReasons.BadValue)]
    [InlineData("40000", "4", SkipReasons.BadValue)]
    public void A_result_that_cannot_be_is_reported(string good, string bad, string reason)
    {
        string result = Vllm.Replace("GPU", ", \"gpu\": \"h100\"", StringComparison.Ordinal).Replace(good, bad, StringComparison.Ordinal);
        MeasurementFile file = Read("run.json", result);
        Assert.All(file.Rows, row => Assert.Equal(reason, row.Skipped));
        Assert.NotEmpty(file.Problems);
    }

    [Fact]
    public void A_report_of_guidellm_is_a_run_for_each_of_its_benchmarks()
    {
        Write("server.json", """{"gpu": "h100", "dtype": "bfloat16"}""");
        MeasurementFile file = Read("report.json", """
            {"benchmarks": [
              {"config": {"strategy": {"type_": "concurrent", "streams": 8}, "backend": {"model": "meta-llama/Llama-3.1-8B-Instruct"}}, "metrics": {
                "time_to_first_token_ms": {"successful": {"mean": 50.0, "median": 40.0, "percentiles": {"p99": 90.0}}},
                "inter_token_latency_ms": {"successful": {"mean": 7.5}}, "request_latency": {"successful": {"mean": 1.5}},
                "requests_per_second": {"successful": {"mean": 5.0}},
                "prompt_token_count": {"successful": {"mean": 512.0, "count": 100}},
                "output_token_count": {"successful": {"mean": 200.0, "count": 100}}}},
              {"args": {"strategy": {"type_": "poisson", "rate": 5.0}}, "worker": {"backend_model": "meta-llama/Llama-3.1-8B-Instruct"}, "metrics": {
                "time_to_first_token_ms": {"successful": {"mean": 60.0}},
                "prompt_token_count": {"successful": {"mean": 512.0, "count": 100}},
                "output_token_count": {"successful": {"mean": 200.0, "count": 100}}}},
              {"config": {"strategy": {"type_": "unheard-of"}}, "metrics": {}}]}
            """);
        Assert.Equal("guidellm", file.Kind);
        Assert.Equal(
            [
                ("ttft_seconds_mean", 0.05), ("ttft_seconds_p50", 0.04), ("ttft_seconds_p99", 0.09), ("tpot_seconds_mean", 0.0075),
                ("e2e_seconds_mean", 1.5), ("requests_per_second", 5),
            ],
            file.Rows.Take(6).Select(static row => (row.Metric, Math.Round(row.Measured, 12))));
        Assert.Equal(8, Assert.IsType<ClientTraffic>(ServerTableTests.Run(file.Rows[0]).Traffic).Clients);
        Assert.IsType<ArrivalTraffic>(ServerTableTests.Run(file.Rows[6]).Traffic);
        Assert.Equal(SkipReasons.BadValue, file.Rows[7].Skipped);
        Assert.Contains(file.Problems, static problem => problem.Message.Contains("'unheard-of'", StringComparison.Ordinal));
    }

    [Fact]
    public void A_recorded_run_is_a_row_for_each_latency_of_each_request_and_for_their_statistics()
    {
        Write("meta.json", """
            {"engine_kwargs": {"model": "meta-llama/Llama-3.1-8B", "max_num_seqs": 64, "max_num_batched_tokens": 2048, "dtype": "bfloat16"},
             "kv_cache": {"num_kv_tokens": 41408, "gpu_memory_utilization": 0.9}, "hardware": {"device_name": "NVIDIA GeForce RTX 4090"}}
            """);

        // Clocks differ by 1000 s; the second request waits 0.5 s for the engine to look. Three output tokens: two gaps.
        MeasurementFile file = Read("requests.jsonl", Line("r0", 5000, "4000", 4001, 4003) + "\n" + Line("r1", 5002, "4002.5", 4005, 4006));
        Assert.Empty(file.Problems);
        var measured = file.Rows.ToDictionary(static row => (row.Id, row.Metric), static row => row.Measured);
        Assert.Equal((1, 1, 3), (measured[("r0", "ttft_seconds")], measured[("r0", "tpot_seconds")], measured[("r0", "e2e_seconds")]));
        Assert.Equal((3, 0.5, 4), (measured[("r1", "ttft_seconds")], measured[("r1", "tpot_seconds")], measured[("r1", "e2e_seconds")]));
        Assert.Equal((2, 1), (measured[("all", "ttft_seconds_mean")], measured[("all", "ttft_seconds_p50")]));
        Assert.Equal(3, measured[("all", "ttft_seconds_p90")]);
        Assert.Equal(41408, measured[("all", "kv_capacity_tokens")]);
        Assert.Equal((2 * 3) + (3 * 4) + 1, file.Rows.Length);

        ServeWork run = ((RequestWork)file.Rows[0].Work!).Run;
        Assert.Equal((64, 2048, "rtx-4090"), (run.Job.Settings.MaxBatch, run.Job.Settings.MaxBatchedTokens, run.Job.Node.Accelerator.Name));
        Assert.Equal([0, 2], ((RecordedTraffic)run.Traffic).List.Select(static request => request.Arrival.SinceStart.Value));
    }

    [Fact]
    public void A_request_whose_times_run_backwards_is_reported_and_the_others_stand()
    {
        Write("meta.json", """{"engine_kwargs": {"model": "llama-3.1-8b"}, "hardware": {"device_name": "rtx-4090"}}""");
        MeasurementFile file = Read("requests.jsonl", """
            {"input_toks": 100, "output_toks": 3, "arrival_time": 0, "queued_ts": 1, "first_token_ts": 2, "last_token_ts": 1}
            {"input_toks": 100, "output_toks": 3, "arrival_time": 0, "queued_ts": 1, "first_token_ts": 2, "last_token_ts": 4}
            """);
        Assert.Equal(1, Assert.Single(file.Problems).Line);
        Assert.Equal(SkipReasons.BadMeasurement, file.Rows[0].Skipped);
        Assert.All(file.Rows.Skip(1), static row => Assert.Null(row.Skipped));
    }

    private static string Line(string id, int arrival, string queued, int first, int last) =>
        $$"""
        {"request_id": "{{id}}", "input_toks": 100, "output_toks": 3, "arrival_time": {{arrival}}, "queued_ts": {{queued}},
        """
        + $$"""
        "first_token_ts": {{first}}, "last_token_ts": {{last}}}
        """;

    private MeasurementFile Read(string name, string content)
    {
        Write(name, content);
        return MeasurementSource.Read(Path.Combine(_folder.FullName, name));
    }

    private void Write(string name, string content) => File.WriteAllText(Path.Combine(_folder.FullName, name), content);
}
