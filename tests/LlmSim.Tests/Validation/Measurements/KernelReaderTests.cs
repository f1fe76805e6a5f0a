using LlmSim.Model.Architecture;
using LlmSim.Model.Collectives;
using LlmSim.Model.Hardware;
using LlmSim.Model.Operators;
using LlmSim.Validation.Measurements;
using LlmSim.Validation.Measurements.Kernels;
using Xunit;

namespace LlmSim.Tests.Validation.Measurements;

/// <summary>Readers of kernel tables on rows written by hand.</summary>
public sealed class KernelReaderTests
{
    [Fact]
    public void A_matrix_product_is_read_whatever_the_order_of_columns()
    {
        MeasuredRow row = Assert.Single(Tables.Read("my-gemm.csv", "seconds,k,n,m,dtype,gpu,note", "1.5e-5,4096,8192,32,FP8_Block,H100,warm").Rows);
        Assert.Equal(("my-gemm", 2, "2", "H100", "FP8_Block", "seconds", 1.5e-5), (row.Table, row.Line, row.Id, row.Gpu, row.Format, row.Metric, row.Measured));
        Assert.Equal(new GemmShape(32, 8192, 4096, 1, NumberFormat.Fp8Block, NumberFormat.Fp8Block), row.Kernel().Shape);
        Assert.Equal("h100-sxm", row.Kernel().Node.Accelerator.Name);
        Assert.Equal("n=8192,k=4096", row.Group);
    }

    [Theory]
    [InlineData("w4a16-mxfp4", NumberFormat.Bf16, NumberFormat.Mxfp4)]
    [InlineData("w4a8_mxfp4_mxfp8", NumberFormat.Fp8, NumberFormat.Mxfp4)]
    [InlineData("NVFP4", NumberFormat.Nvfp4, NumberFormat.Nvfp4)]
    [InlineData("int4_wo", NumberFormat.Bf16, NumberFormat.Int4)]
    [InlineData("bfloat16", NumberFormat.Bf16, NumberFormat.Bf16)]
    public void Loose_names_of_number_formats_are_understood(string name, NumberFormat activations, NumberFormat weights)
    {
        Assert.True(FormatNames.TryParse(name, out OperandFormats formats));
        Assert.Equal(new OperandFormats(activations, weights), formats);
    }

    [Fact]
    public void Decoding_under_a_window_attends_to_the_window()
    {
        const string Header = "gpu,dtype,kv_dtype,batch,context,q_heads,kv_heads,head_dim,window,seconds,stack";
        MeasurementFile file = Tables.Read("d.csv", Header, "a100,bf16,fp8,4,1000,32,8,128,128,2e-5,x", "a100,bf16,fp8,4,100,32,8,128,128,2e-5,x");
        Assert.Equal(new DecodeAttentionShape(4, 4 * 128, 32, 8, 128, NumberFormat.Fp8, Window: 128), file.Rows[0].Kernel().Shape);
        Assert.Equal(new DecodeAttentionShape(4, 4 * 100, 32, 8, 128, NumberFormat.Fp8), file.Rows[1].Kernel().Shape);
    }

    [Fact]
    public void Prompts_score_the_pairs_below_the_causal_mask()
    {
        // 2 prompts of 4 tokens after 3 cached ones: each token t (1..4) sees 3 + t keys, 4 + 5 + 6 + 7 = 22 pairs.
        const string Header = "gpu,dtype,batch,seq,past,q_heads,kv_heads,head_dim,seconds";
        MeasuredRow row = Assert.Single(Tables.Read("p.csv", Header, "b200,bf16,2,4,3,16,4,64,1e-5").Rows);
        Assert.Equal(new PrefillAttentionShape(2, 8, 44, 6, 16, 4, 64, 0, NumberFormat.Bf16), row.Kernel().Shape);
    }

    [Fact]
    public void Latent_attention_takes_its_ranks_from_the_model_and_its_form_from_the_kernel()
    {
        const string Header = "gpu,phase,model,dtype,kv_dtype,gemm_dtype,heads,batch,seq,past,seconds,kernel";
        const string Model = "deepseek-ai/DeepSeek-V3";
        MeasurementFile file = Tables.Read(
            "m.csv",
            Header,
            $"h100,decode,{Model},bf16,fp8,fp8-block,16,8,1,99,1e-4,FLASHMLA",
            $"h100,prefill,{Model},bf16,bf16,bf16,16,8,4,0,1e-4,FLASH_ATTN",
            $"h100,prefill,{Model},bf16,bf16,bf16,16,8,4,0,1e-4,FLASH_ATTN_MLA");
        var decode = (LatentAttentionShape)file.Rows[0].Kernel().Shape;
        Assert.Equal((1536, 512, 64, 7168), (decode.Spec.QueryRank, decode.Spec.KvRank, decode.Spec.RopeHeadSize, decode.HiddenSize));
        Assert.Equal((16, 8, 800, true, NumberFormat.Fp8, NumberFormat.Fp8Block), (decode.Heads, decode.Tokens, decode.Context, decode.IsAbsorbed, decode.Cache, decode.Weights));

        // 8 prompts of 4 tokens: 1 + 2 + 3 + 4 = 10 pairs each; in the compressed space a token attends to 2.5 on average.
        var expanded = (LatentAttentionShape)file.Rows[1].Kernel().Shape;
        Assert.Equal((32, 80, false), (expanded.Tokens, expanded.Context, expanded.IsAbsorbed));
        var absorbed = (LatentAttentionShape)file.Rows[2].Kernel().Shape;
        Assert.Equal((32, 20, true), (absorbed.Tokens, absorbed.Context, absorbed.IsAbsorbed));
    }

    [Fact]
    public void Experts_know_what_tables_do_not_say_about_their_model()
    {
        const string Header = "gpu,dtype,tokens,hidden,expert_intermediate,top_k,experts,moe_tp,moe_ep,distribution,seconds,stack,kernel";
        MeasurementFile file = Tables.Read(
            "moe.csv",
            Header,
            "h100,bf16,64,4096,14336,2,8,2,4,balanced,1e-4,vllm-0.24.0,triton",
            "h100,bf16,64,7168,2048,8,256,1,8,balanced,1e-4,vllm-0.24.0,triton",
            "h100,bf16,64,2688,1856,6,128,1,1,balanced,1e-4,vllm-0.24.0,triton",
            "a100,bf16,64,2688,1856,6,128,1,1,balanced,1e-4,vllm-0.14.0,triton");
        MoeFeedForward[] specs = [.. file.Rows.Select(static row => ((ExpertsShape)row.Kernel().Shape).Spec)];
        Assert.Equal(new MoeFeedForward(8, 2, 14336), specs[0]);
        Assert.Equal(new MoeFeedForward(256, 8, 2048, Groups: 8, TopKGroups: 4), specs[1]);
        Assert.False(specs[2].Gated);
        Assert.True(specs[3].Gated);
        var first = (ExpertsShape)file.Rows[0].Kernel().Shape;
        Assert.Equal((64, 4096, 2, 4), (first.Tokens, first.HiddenSize, first.TensorShards, first.ExpertShards));
    }

    [Fact]
    public void Exchanges_know_who_carries_them_out()
    {
        const string Header = "gpu,op,dtype,ranks,bytes,seconds,stack";
        MeasurementFile file = Tables.Read(
            "c.csv", Header, "h100,all-gather,fp16,8,1048576,2e-5,NCCL-2.29", "h100,all-reduce,bf16,4,256,5e-6,vLLM_custom_graph", "h100,allreduce,bf16,4,256,2e-5,vLLM_custom_eager");
        KernelWork[] works = [.. file.Rows.Select(static row => row.Kernel())];
        Assert.Equal((CollectiveKind.AllGather, 8), (((CommunicationShape)works[0].Shape).Kind, ((CommunicationShape)works[0].Shape).Ranks));
        Assert.Equal((CollectiveBackend.Library, false), (works[0].Backend, works[0].Eager));
        Assert.Equal((CollectiveBackend.Direct, false), (works[1].Backend, works[1].Eager));
        Assert.Equal((CollectiveBackend.Direct, true), (works[2].Backend, works[2].Eager));
        Assert.NotNull(file.Rows[2].Faulty);
        Assert.Null(file.Rows[1].Faulty);
    }

    [Fact]
    public void Every_reader_documents_its_columns()
    {
        Assert.Equal(MeasurementReaders.All.Length, MeasurementReaders.All.Select(static reader => reader.Name).Distinct().Count());
        Assert.All(MeasurementReaders.All, static reader =>
        {
            Assert.NotEmpty(reader.Title);
            Assert.True(reader.Format == TableFormat.Json || reader.Columns.Any(static column => column.Measured), reader.Name);
            Assert.All(reader.Columns, static column => Assert.NotEmpty(column.Meaning));
            Assert.Equal(reader.Columns.Length, reader.Columns.Select(static column => column.Name).Distinct().Count());
        });
        Assert.IsType<GemmReader>(MeasurementReaders.Find(new TableHead("x.csv", TableFormat.Csv, [.. Tables.GemmHeader.Split(',')])));
    }
}
