using CsCheck;
using LlmSim.Model.Cost;
using LlmSim.Model.Operators;
using LlmSim.Model.Units;
using Xunit;

namespace LlmSim.Tests.Model.Cost;

/// <summary>The compiled price of iterations against the operators that it was compiled from.</summary>
public sealed class StepPriceTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_run_of_decode_steps_costs_the_sum_of_its_steps(bool asynchronous)
    {
        StepPrice price = SamplePieces.StepPrice(SamplePieces.Windowed, "h100-sxm", asynchronous);
        Gen.Select(Gen.Int[1, 64], Gen.Int[0, 2000], Gen.Int[1, 300]).Sample(
            (sequences, meanContext, steps) =>
            {
                long context = sequences * (long)(meanContext + 1);
                long windowed = Math.Min(context, sequences * 100L);
                double sum = 0;
                for (int step = 0; step < steps; step++)
                {
                    sum += price.Price(Decode(sequences, context + ((long)step * sequences), windowed + ((long)step * sequences))).Value;
                }

                Seconds together = price.DecodeSteps(sequences, context, windowed, sequences, steps);
                Assert.Equal(sum, together.Value, 1e-9 * sum);
            },
            iter: 200, threads: 1);
    }

    [Fact]
    public void The_compiled_price_is_within_a_thousandth_of_the_sum_of_its_operators()
    {
        StepPrice price = SamplePieces.StepPrice(SamplePieces.Llama8B, "h100-sxm");
        foreach ((int sequences, long context) in new[] { (1, 100L), (8, 900L), (32, 2500L), (200, 4000L) })
        {
            StepBatch batch = Decode(sequences, sequences * context, sequences * context);
            double operators = price.Operators(batch).Sum(static row => row.Operator.Cost.Total.Value * row.Times);
            ServingHostConstants constants = SamplePieces.Model("h100-sxm").Efficiency.ServingHost.Constants;
            double host = constants.PerStep.Value + (sequences * constants.PerSequence.Value);
            Assert.Equal((operators * constants.DeviceFactor) + host, price.Price(batch).Value, 1.5e-3 * price.Price(batch).Value);
        }
    }

    [Fact]
    public void The_breakdown_of_an_iteration_adds_up_to_its_price()
    {
        StepPrice price = SamplePieces.StepPrice(SamplePieces.Llama8B, "a100-sxm-80gb");
        var batch = new StepBatch { DecodeSequences = 30, DecodeContext = 30000, DecodeWindowedContext = 30000, PrefillChunks = 1, PrefillTokens = 512, PrefillScores = 512 * 513 / 2, PrefillWindowedScores = 512 * 513 / 2 };
        Assert.Equal(price.Price(batch).Value, price.Breakdown(batch).Total.Value, 2e-3 * price.Price(batch).Value);
    }

    [Fact]
    public void A_decode_step_is_never_faster_than_reading_the_weights_once()
    {
        foreach (string accelerator in new[] { "a100-sxm-80gb", "h100-sxm", "h200-sxm", "b200-sxm", "l40s", "rtx-4090" })
        {
            StepPrice price = SamplePieces.StepPrice(SamplePieces.Llama8B, accelerator);
            double weights = 2 * 7.5e9 / SamplePieces.Node(accelerator).Accelerator.MemoryBandwidth.Value;
            Assert.InRange(price.Price(Decode(1, 100, 100)).Value, weights, 3 * weights);
        }
    }

    [Fact]
    public void Thirty_two_sequences_decode_on_an_H100_between_the_time_to_read_memory_and_what_a_server_shows_with_prompts_in_between()
    {
        // Least: 16.06 GB of weights and 32 x 1000 tokens of 131,072 B at 3.35 TB/s. Most: 9.9 ms a token, which TensorRT-LLM shows for 32 clients of
        // 1,024 prompt and 512 answer tokens in bf16 (aiconfigurator's accuracy table), prompts of others included.
        StepPrice price = SamplePieces.StepPrice(SamplePieces.Llama8B, "h100-sxm");
        Assert.InRange(price.Price(Decode(32, 32 * 1000, 32 * 1000)).Value, 6.05e-3, 9.9e-3);
    }

    private static StepBatch Decode(int sequences, long context, long windowed) =>
        new() { DecodeSequences = sequences, DecodeContext = context, DecodeWindowedContext = windowed };
}
