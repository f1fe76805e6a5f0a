using System.Collections.Immutable;
using LlmSim.Validation.Comparison;
using LlmSim.Validation.Measurements;
using LlmSim.Validation.Published;
using Xunit;

namespace LlmSim.Tests.Validation.Published;

public sealed class PublishedTablesTests
{
    public static TheoryData<string> Names => [.. PublishedTables.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_published_table_is_cited_and_every_row_of_it_is_read(string name)
    {
        using var text = new StreamReader(PublishedTables.Open(name));
        Assert.StartsWith("# ", text.ReadLine(), StringComparison.Ordinal);
        MeasurementFile file = PublishedTables.Read(name);
        Assert.NotNull(file.Kind);
        Assert.Empty(file.Problems);
        Assert.NotEmpty(file.Rows);
        Assert.All(file.Rows, static row => Assert.Null(row.Skipped));
    }

    [Fact]
    public void A_rate_becomes_the_time_of_the_operations_that_the_paper_counts()
    {
        // Line 4: 2·64·2112·7168 operations at 206 TFLOP/s: 9.407 us.
        Assert.Equal(9.407e-6, PublishedTables.Read("deepgemm-readme.csv").Rows[0].Measured, 9);

        // Line 4: 4·512²·64·32 heads·32 prompts, half of it under the mask: 34.36 GFLOP at 197 TFLOP/s, 174.4 us.
        Assert.Equal(174.4e-6, PublishedTables.Read("flashattention-3.csv").Rows[0].Measured, 7);
    }

    [Fact]
    public void A_table_without_tolerance_and_a_tolerance_without_rows_are_outside()
    {
        ImmutableArray<ComparedRow> rows =
            [new(new MeasuredRow { Table = "new", Line = 1, Id = "1", Metric = "seconds", Measured = 1 }, new Prediction(1, 1, 1))];
        ImmutableArray<ToleranceResult> results = Tolerances.Check(rows);
        Assert.True(results.Length > 1);
        Assert.All(results, static result => Assert.False(result.IsWithin));
    }
}
