using System.Collections.Immutable;
using System.Globalization;
using LlmSim.Model.Cost;
using LlmSim.Model.Operators;
using LlmSim.Schedules.Serving;
using LlmSim.Tests.Validation.Measurements.Serving;
using LlmSim.Validation.Comparison;
using LlmSim.Validation.Measurements;
using LlmSim.Validation.Measurements.Serving;
using Xunit;

namespace LlmSim.Tests.Validation.Comparison;

/// <summary>Whole servers against what a single client makes of them by hand.</summary>
public sealed class ServePredictorTests
{
    private const string Alone = "a,h100-sxm,vllm,meta-llama/Llama-3.1-8B-Instruct,,agg,1000,50,1,1,1,1,,,,gap-analysis,0.2,0.01";

    [Fact]
    public void A_client_alone_waits_for_its_prompt_and_then_for_each_of_its_tokens()
    {
        MeasurementFile file = ServerTableTests.Read(Alone);
        var predictor = new ServePredictor(null);
        StepPrice price = ServerTableTests.Run(file.Rows[0]).Job.StepPrice();
        double scores = BatchShape.CausalScores(1000, 0, 0);
        double prompt = price.Price(new StepBatch { PrefillChunks = 1, PrefillTokens = 1000, PrefillScores = scores, CompletedPrefills = 1 }).Value;

        // Token k of 50 is computed with 1000 prompt tokens and k tokens in the context, itself included.
        double decode = Enumerable.Range(1, 49).Average(k => price.Price(new StepBatch { DecodeSequences = 1, DecodeContext = 1000 + k }).Value);
        RequestPath path = ServerTableTests.Run(file.Rows[0]).Job.Settings.Path;
        prompt += path.FrontEnd.Value + path.Latency.Value;
        Assert.Equal(prompt, predictor.Predict(file.Rows[0]).Value, 1e-6 * prompt);
        Assert.Equal(decode, predictor.Predict(file.Rows[1]).Value, 2e-3 * decode);
    }

    [Fact]
    public void More_clients_wait_longer_and_a_faster_device_answers_sooner()
    {
        MeasurementFile file = ServerTableTests.Read(
            Alone,
            Alone.Replace("50,1,1,1", "50,32,32,1", StringComparison.Ordinal),
            Alone.Replace("h100-sxm", "a100-sxm-80gb", StringComparison.Ordinal));
        double[] values = [.. file.Rows.Select(row => new ServePredictor(null).Predict(row).Value)];
        Assert.True(values[2] > values[0] && values[3] > values[1], "more clients");
        Assert.True(values[4] > values[0] && values[5] > values[1], "slower device");
    }

    [Fact]
    public void A_server_that_does_not_fit_is_refused()
    {
        MeasurementFile file = ServerTableTests.Read(Alone.Replace("Llama-3.1-8B", "Llama-3.1-405B", StringComparison.Ordinal));
        Assert.Equal(SkipReasons.DoesNotFit, new ServePredictor(null).Predict(file.Rows[0]).Refused);
    }

    [Fact]
    public void Predictions_are_the_same_in_any_order_and_on_any_number_of_threads()
    {
        int[] clients = [1, 4, 16, 64, 4, 1];
        MeasurementFile file = ServerTableTests.Read([.. clients.Select(Line)]);
        double[] forwards = Predict(file.Rows, 1);
        double[] backwards = Predict([.. file.Rows.Reverse()], 2);
        Assert.Equal(forwards, backwards.Reverse());
        Assert.Equal(12, forwards.Length);

        static string Line(int count, int i) =>
            Alone.Replace("50,1,1,1", $"50,{count},,1", StringComparison.Ordinal).Replace("0.2,", $"0.{i + 2},", StringComparison.Ordinal);

        static double[] Predict(IReadOnlyList<MeasuredRow> rows, int threads)
        {
            ImmutableArray<ComparedRow> compared = MeasurementComparison.Compare(rows, Predictors.All(null), threads, CancellationToken.None);
            return [.. compared.Select(static row => row.Prediction.Value)];
        }
    }

    [Fact]
    public void Statistics_of_a_recorded_run_are_those_of_its_requests()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("run");
        try
        {
            string path = Path.Combine(folder.FullName, "requests.jsonl");
            File.WriteAllText(Path.Combine(folder.FullName, "meta.json"), """{"model": "llama-3.1-8b", "gpu": "rtx-4090", "max_num_seqs": 8}""");
            File.WriteAllLines(path, Enumerable.Range(0, 20).Select(static i => string.Create(
                CultureInfo.InvariantCulture,
                $$"""
                {"input_toks": {{99 + i}}, "output_toks": 9, "arrival_time": {{i}}, "queued_ts": {{i}}, "first_token_ts": {{i + 1}}, "last_token_ts": {{i + 2}}}
                """)));
            MeasurementFile file = MeasurementSource.Read(path);
            var predictor = new ServePredictor(null);
            double[] each = [.. file.Rows.Where(static row => row.Metric == ServeMetrics.Ttft).Select(row => predictor.Predict(row).Value)];
            MeasuredRow mean = file.Rows.Single(static row => row.Metric == "ttft_seconds_mean");
            MeasuredRow median = file.Rows.Single(static row => row.Metric == "ttft_seconds_p50");
            Assert.Equal(20, each.Length);
            Assert.Equal(each.Average(), predictor.Predict(mean).Value, 1e-8);
            Assert.Equal(each.Order().ElementAt(9), predictor.Predict(median).Value, 1e-8);
        }
        finally
        {
            folder.Delete(true);
        }
    }
}
