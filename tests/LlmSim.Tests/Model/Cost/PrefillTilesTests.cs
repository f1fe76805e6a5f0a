using CsCheck;
using LlmSim.Model.Cost;
using Xunit;

namespace LlmSim.Tests.Model.Cost;

/// <summary>The closed form of tiles against a loop over them, as the kernels run.</summary>
public sealed class PrefillTilesTests
{
    private static readonly Gen<(int Tokens, int Past, int Rows, int KeyBlock, int Heads)> Prompts = Gen.Select(
        Gen.Int[1, 5000], Gen.Int[0, 40], Gen.OneOf(64, 128), Gen.Const(128), Gen.OneOf(1, 2, 4, 8));

    [Fact]
    public void Blocks_of_whole_contexts_match_a_loop() => Prompts.Sample(static p =>
    {
        int past = p.Past * (p.Rows / p.Heads);
        var tiles = PrefillTiles.Of(p.Tokens, past, 0, p.Rows, p.KeyBlock, p.Heads);
        (int count, int blocks, int longest) = Loop(p.Tokens, past, 0, p.Rows, p.KeyBlock, p.Heads);
        Assert.Equal(count, tiles.Count, 6);
        Assert.Equal(blocks, tiles.KeyBlocks, 1e-6 * blocks);
        Assert.Equal(longest, tiles.Longest, 6);
    });

    [Fact]
    public void Blocks_of_windows_match_a_loop_within_a_block_a_tile() => Gen.Select(Prompts, Gen.OneOf(128, 512, 1024, 4096)).Sample(static (p, window) =>
    {
        var tiles = PrefillTiles.Of(p.Tokens, 0, window, p.Rows, p.KeyBlock, p.Heads);
        (int count, int blocks, int longest) = Loop(p.Tokens, 0, window, p.Rows, p.KeyBlock, p.Heads);
        Assert.InRange(tiles.KeyBlocks, blocks - count - 1e-6, blocks + count + 1e-6);
        Assert.InRange(tiles.Longest, longest - 1, longest + 1);
    });

    [Theory]
    [InlineData(192, 128, 1)]
    [InlineData(192, 128, 6)]
    [InlineData(128, 32, 1)]
    [InlineData(16, 32, 32)]
    public void Tiles_of_other_shapes_than_key_blocks_are_close_to_a_loop(int rows, int keyBlock, int heads)
    {
        foreach (int tokens in new[] { 1000, 3000, 16000 })
        {
            var tiles = PrefillTiles.Of(tokens, 0, 0, rows, keyBlock, heads);
            (_, int blocks, _) = Loop(tokens, 0, 0, rows, keyBlock, heads);
            Assert.InRange(tiles.KeyBlocks / blocks, 0.9, 1.05);
        }
    }

    [Fact]
    public void A_window_never_adds_blocks_and_covers_what_its_positions_see() => Gen.Select(Prompts, Gen.Int[1, 10000]).Sample(static (p, window) =>
    {
        var whole = PrefillTiles.Of(p.Tokens, p.Past, 0, p.Rows, p.KeyBlock, p.Heads);
        var cut = PrefillTiles.Of(p.Tokens, p.Past, window, p.Rows, p.KeyBlock, p.Heads);
        Assert.True(cut.KeyBlocks <= whole.KeyBlocks * (1 + 1e-9));
        Assert.True(cut.Longest <= whole.Longest);
        Assert.True(cut.KeyBlocks >= cut.Count - 1e-9);
    });

    private static (int Count, int Blocks, int Longest) Loop(int tokens, int past, int window, int rows, int keyBlock, int heads)
    {
        int count = ((tokens * heads) + rows - 1) / rows;
        int blocks = 0;
        int longest = 0;
        for (int tile = 0; tile < count; tile++)
        {
            int end = past + Math.Min(tokens, ((((tile + 1) * rows) - 1) / heads) + 1);
            int start = window > 0 ? Math.Max(0, past + (tile * rows / heads) - window) : 0;
            int taken = ((end + keyBlock - 1) / keyBlock) - (start / keyBlock);
            blocks += taken;
            longest = Math.Max(longest, taken);
        }

        return (count, blocks, longest);
    }
}
