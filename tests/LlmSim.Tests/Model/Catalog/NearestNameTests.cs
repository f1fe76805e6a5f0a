using CsCheck;
using LlmSim.Model.Catalog;
using Xunit;

namespace LlmSim.Tests.Model.Catalog;

public sealed class NearestNameTests
{
    /// <summary>Textbook pairs of the edit distance; the last is a swap of neighbours, which counts once.</summary>
    [Theory]
    [InlineData("kitten", "sitting", 3)]
    [InlineData("saturday", "sunday", 3)]
    [InlineData("", "abc", 3)]
    [InlineData("bf61", "bf16", 1)]
    public void The_distance_counts_slips(string left, string right, int expected) => Assert.Equal(expected, NearestName.Distance(left, right));

    [Fact]
    public void The_distance_is_symmetric_and_bounded_by_the_longer_name() =>
        Gen.Select(Gen.String[0, 8], Gen.String[0, 8]).Sample((left, right) =>
        {
            int distance = NearestName.Distance(left, right);
            return distance == NearestName.Distance(right, left)
                && distance <= Math.Max(left.Length, right.Length)
                && distance >= Math.Abs(left.Length - right.Length);
        });

    [Fact]
    public void Suggestions_come_nearest_first_and_a_part_of_a_name_finds_it()
    {
        Assert.Equal(["memory", "memory_type"], NearestName.Suggest("memory", ["vector_peak", "memory_type", "memory"], 5));
        Assert.Equal("memory", NearestName.Find("memry", ["vector_peak", "memory"]));
        Assert.Null(NearestName.Find("colour", ["vector_peak", "memory"]));
    }
}
