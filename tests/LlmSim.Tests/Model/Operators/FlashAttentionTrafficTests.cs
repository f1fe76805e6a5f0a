using LlmSim.Model.Operators;
using LlmSim.Model.Units;
using Xunit;

namespace LlmSim.Tests.Model.Operators;

/// <summary>Traffic of attention against the figures of the FlashAttention papers.</summary>
public sealed class FlashAttentionTrafficTests
{
    private static readonly Bytes Half = Bytes.From(2);

    [Fact]
    public void Tiles_of_the_first_paper_are_M_over_4d_columns_and_at_most_d_rows()
    {
        // 100 KB of SRAM in fp16, head size 64: Bc = ⌈51200/256⌉ = 200, Br = min(200, 64).
        Assert.Equal((64, 200), FlashAttentionTraffic.FirstPaperTiles(Bytes.From(102400), 64, Half));
        Assert.Equal((40, 40), FlashAttentionTraffic.FirstPaperTiles(Bytes.From(40 * 4 * 128 * 2), 128, Half));
    }

    [Fact]
    public void Unfused_attention_moves_four_matrices_of_scores_and_four_of_activations()
    {
        const double N = 1024;
        Assert.Equal(2 * ((4 * N * N) + (4 * N * 64)), FlashAttentionTraffic.Unfused(N, 64, Half).Value);
    }

    [Fact]
    public void On_GPT_2_the_first_paper_moves_about_nine_times_less_than_unfused_attention()
    {
        // Dao 2022, figure 2 (left): 40.3 GB against 4.4 GB for forward and backward of GPT-2 medium (N = 1024, d = 64) on an A100: a factor of 9.2.
        double ratio = FlashAttentionTraffic.Unfused(1024, 64, Half) / FlashAttentionTraffic.FirstPaper(1024, 64, Bytes.From(192 * 1024), Half);
        Assert.InRange(ratio, 6, 12);
    }

    [Fact]
    public void Traffic_of_the_first_paper_falls_with_on_chip_memory_as_N_squared_d_squared_over_M()
    {
        Bytes small = FlashAttentionTraffic.FirstPaper(16384, 64, Bytes.From(65536), Half);
        Bytes large = FlashAttentionTraffic.FirstPaper(16384, 64, Bytes.From(131072), Half);
        Assert.InRange(small / large, 1.9, 2.05);
    }

    [Fact]
    public void The_second_paper_writes_its_result_once()
    {
        Bytes second = FlashAttentionTraffic.SecondPaper(4096, 128, Half);
        Assert.True(second < FlashAttentionTraffic.FirstPaper(4096, 128, Bytes.From(192 * 1024), Half));
        Assert.Equal(2 * ((4 * 4096d * 128) + 4096), second.Value);
    }
}
