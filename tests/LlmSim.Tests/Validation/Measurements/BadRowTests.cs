using LlmSim.Validation.Measurements;
using Xunit;

namespace LlmSim.Tests.Validation.Measurements;

/// <summary>Every kind of bad row is reported with its line and never priced.</summary>
public sealed class BadRowTests
{
    private const string Good = "h100,bf16,16,4096,4096,1e-5,x";

    [Theory]
    [InlineData("h100,bf16,16,4096,4096,-1e-5,x", SkipReasons.BadMeasurement, "'-1e-5'")]
    [InlineData("h100,bf16,16,4096,4096,0,x", SkipReasons.BadMeasurement, "'0'")]
    [InlineData("h100,bf16,16,4096,4096,NaN,x", SkipReasons.BadMeasurement, "'NaN'")]
    [InlineData("h100,bf16,16,4096,4096,inf,x", SkipReasons.BadMeasurement, "'inf'")]
    [InlineData("h100,bf16,16,4096,4096,fast,x", SkipReasons.BadMeasurement, "'fast'")]
    [InlineData("h100,bf16,16,4096,4096,,x", SkipReasons.BadMeasurement, "''")]
    [InlineData("h1000,bf16,16,4096,4096,1e-5,x", SkipReasons.UnknownGpu, "'h1000'")]
    [InlineData("h100,bf17,16,4096,4096,1e-5,x", SkipReasons.UnknownFormat, "'bf17'")]
    [InlineData("h100,bf16,0,4096,4096,1e-5,x", SkipReasons.BadValue, "m '0'")]
    [InlineData("h100,bf16,1.5,4096,4096,1e-5,x", SkipReasons.BadValue, "m '1.5'")]
    [InlineData("h100,bf16,16,4096,4096,1e-5", SkipReasons.BrokenLine, "6 cells")]
    [InlineData("\"h100,bf16,16,4096,4096,1e-5,x", SkipReasons.BrokenLine, "1 cells")]
    public void A_bad_row_is_skipped_and_reported_with_its_line(string line, string reason, string message)
    {
        MeasurementFile file = Tables.Read("dir/gemm.csv", Tables.GemmHeader, Good, line, "h100,bf16,32,4096,4096,1e-5,x");
        Assert.Equal([null, reason, null], file.Rows.Select(static row => row.Skipped));
        Assert.Null(file.Rows[1].Work);
        RowProblem problem = Assert.Single(file.Problems);
        Assert.Equal(3, problem.Line);
        Assert.StartsWith("dir/gemm.csv:3: ", problem.ToString(), StringComparison.Ordinal);
        Assert.Contains(message, problem.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Everything_wrong_with_a_row_is_said_at_once()
    {
        MeasurementFile file = Tables.Read("gemm.csv", Tables.GemmHeader, "nope,bf16,-1,4096,x,nan,s");
        Assert.Equal(4, file.Problems.Length);
        Assert.All(file.Problems, static problem => Assert.Equal(2, problem.Line));
    }

    [Theory]
    [InlineData("gpu,dtype,m,n,k,ms", SkipReasons.WrongUnit, "'ms'")]
    [InlineData("gpu,dtype,m,n,k,time_us", SkipReasons.WrongUnit, "'time_us'")]
    [InlineData("gpu,dtype,m,n,k,seconds (ms)", SkipReasons.WrongUnit, "'seconds (ms)'")]
    [InlineData("gpu,dtype,m,n,width,seconds", SkipReasons.MissingColumn, "no column k")]
    [InlineData("gpu,dtype,rows,n,width,seconds", SkipReasons.MissingColumn, "no column m, k")]
    [InlineData("a,b,c,d,e,f", SkipReasons.UnknownTable, "a,b,c,d,e,f")]
    public void A_table_with_a_wrong_header_is_skipped_throughout_and_reported_once(string header, string reason, string message)
    {
        MeasurementFile file = Tables.Read("gemm.csv", header, "h100,bf16,16,4096,4096,1e-5", "h100,bf16,17,4096,4096,1e-5");
        Assert.Equal([reason, reason], file.Rows.Select(static row => row.Skipped));
        Assert.Contains(message, Assert.Single(file.Problems).ToString(), StringComparison.Ordinal);
        Assert.Equal(1, file.Problems[0].Line);
        Assert.Null(file.Kind);
    }

    [Fact]
    public void Rows_that_contradict_each_other_are_both_skipped_and_repetitions_are_not()
    {
        MeasurementFile file = Tables.Read(
            "gemm.csv",
            Tables.GemmHeader,
            "h100,bf16,16,4096,4096,1e-5,x",
            "h100,bf16,32,4096,4096,1e-5,x",
            "h100,bf16,16,4096,4096,1.2e-5,x",
            "h100,bf16,32,4096,4096,1.02e-5,x",
            "h100,bf16,16,4096,4096,1.2e-5,another");
        Assert.Equal([SkipReasons.Contradiction, null, SkipReasons.Contradiction, null, null], file.Rows.Select(static row => row.Skipped));
        Assert.Equal([2, 4], file.Problems.Select(static problem => problem.Line));
    }

    [Theory]
    [InlineData("h100,bf16,bf16,1,4,0,7,2,128,0,1e-5,x", "q_heads 7")]
    [InlineData("h100,bf16,bf16,1,4,-1,8,2,128,0,1e-5,x", "past '-1'")]
    public void Attention_with_impossible_sizes_is_refused(string line, string message)
    {
        MeasurementFile file = Tables.Read("p.csv", "gpu,dtype,kv_dtype,batch,seq,past,q_heads,kv_heads,head_dim,window,seconds,stack", line);
        Assert.Equal(SkipReasons.BadValue, Assert.Single(file.Rows).Skipped);
        Assert.Contains(message, file.Problems[0].Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("no-such-model", SkipReasons.UnknownModel)]
    [InlineData("llama-3.1-8b", SkipReasons.BadValue)]
    public void Latent_attention_needs_a_model_that_has_it(string model, string reason)
    {
        MeasurementFile file = Tables.Read("m.csv", "gpu,phase,model,dtype,heads,batch,seq,past,seconds", $"h100,decode,{model},bf16,16,8,1,99,1e-4");
        Assert.Equal(reason, Assert.Single(file.Rows).Skipped);
        Assert.Single(file.Problems);
    }

    [Theory]
    [InlineData("9,8,1,1")]
    [InlineData("2,8,1,3")]
    public void Experts_must_divide(string sizes)
    {
        MeasurementFile file = Tables.Read("moe.csv", "gpu,dtype,tokens,hidden,expert_intermediate,top_k,experts,moe_tp,moe_ep,seconds", $"h100,bf16,1,2048,768,{sizes},1e-4");
        Assert.Equal(SkipReasons.BadValue, Assert.Single(file.Rows).Skipped);
    }

    [Theory]
    [InlineData("power_law_1.2", null)]
    [InlineData("balanced", null)]
    [InlineData("", null)]
    [InlineData("power_law_", SkipReasons.BadValue)]
    [InlineData("zipf", SkipReasons.BadValue)]
    public void Experts_are_chosen_by_a_law_that_is_known(string law, string? reason)
    {
        MeasurementFile file = Tables.Read("moe.csv", "gpu,dtype,tokens,hidden,expert_intermediate,top_k,experts,distribution,seconds", $"h100,bf16,1,2048,768,8,128,{law},1e-4");
        Assert.Equal(reason, Assert.Single(file.Rows).Skipped);
    }

    [Fact]
    public void Letters_that_a_terminal_would_obey_are_not_printed()
    {
        string text = Tables.Read("x.csv", "\u001b[31mred,b", "1,2").Problems[0].ToString();
        Assert.DoesNotContain(text, static letter => char.IsControl(letter));
    }
}
