using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using LlmSim.Model.Architecture;
using LlmSim.Model.Catalog;
using LlmSim.Model.Hardware;
using Xunit;

namespace LlmSim.Tests.Model.Catalog;

public sealed class ArchitectureRecordTests
{
    private const string Tiny =
        """
        {"model_type":"llama","hidden_size":64,"intermediate_size":128,"max_position_embeddings":512,"num_attention_heads":8,"num_hidden_layers":2,
         "num_key_value_heads":2,"vocab_size":100}
        """;

    [Fact]
    public void A_plain_config_and_a_record_around_it_are_the_same_shape()
    {
        TransformerArchitecture plain = Read(Tiny);
        TransformerArchitecture record = Read(
            $$"""{"name":"tiny","title":"Tiny","repositories":["me/tiny"],"parameters":{"published":1,"exact":false,"source":"a guess"},"source":"here","uncertain":{"vocab_size":"rounded"},"config":{{Tiny}}}""");
        Assert.Equal("tiny", record.Name);
        Assert.Equal("Tiny", record.Title);
        Assert.Equal("here", record.Source);
        Assert.Equal("rounded", record.Uncertain["vocab_size"]);
        Assert.Equal(plain.Layers.AsEnumerable(), record.Layers.AsEnumerable());
        Assert.Equal(ParameterCount.Of(plain), ParameterCount.Of(record));
    }

    [Fact]
    public void Keys_of_a_published_config_that_the_shape_does_not_need_are_ignored() =>
        Assert.Equal(64, Read(With(Tiny, "rope_theta", "500000.0")).HiddenSize);

    [Fact]
    public void Keys_around_a_config_are_read_strictly()
    {
        RecordProblem problem = Assert.Single(Problems($$"""{"name":"tiny","titel":"Tiny","config":{{Tiny}}}"""));
        Assert.Equal("titel", problem.Path);
        Assert.Contains("'title'", problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("num_attention_heads", "0", "num_attention_heads", "found 0")]
    [InlineData("num_attention_heads", "-8", "num_attention_heads", "found -8")]
    [InlineData("num_attention_heads", "8.5", "num_attention_heads", "found 8.5")]
    [InlineData("num_attention_heads", "\"8\"", "num_attention_heads", "found '8'")]
    [InlineData("num_attention_heads", "9", "num_attention_heads", "multiple of num_key_value_heads 2")]
    [InlineData("hidden_size", "65", "hidden_size", "multiple of num_attention_heads 8")]
    [InlineData("hidden_size", "null", "hidden_size", "missing")]
    [InlineData("vocab_size", "1e99", "vocab_size", "found 1e99")]
    [InlineData("num_hidden_layers", "2000000000", "num_hidden_layers", "from 1 to 10000")]
    [InlineData("tie_word_embeddings", "1", "tie_word_embeddings", "true or false")]
    [InlineData("torch_dtype", "\"bfloat\"", "torch_dtype", "did you mean 'bfloat16'")]
    [InlineData("model_type", "\"lama\"", "model_type", "did you mean 'llama'")]
    [InlineData("model_type", "\"mixtral\"", "num_local_experts", "missing")]
    [InlineData("quantization_config", """{"quant_method":"awk"}""", "quantization_config.quant_method", "did you mean 'awq'")]
    [InlineData("quantization_config", """{"quant_method":"gptq","bits":3}""", "quantization_config.bits", "legal are 4, 8")]
    public void What_is_wrong_is_reported_with_path_and_with_what_is_legal(string key, string value, string path, string message)
    {
        string json = With(Tiny, key, value);
        Assert.Contains(Problems(json), problem => problem.Path == path && problem.Message.Contains(message, StringComparison.Ordinal));
        Assert.Contains(Problems($$"""{"name":"tiny","config":{{json}}}"""), problem => problem.Path == "config." + path);
    }

    [Fact]
    public void All_problems_come_at_once_and_each_once()
    {
        string json = With(With(Tiny, "vocab_size", "0"), "hidden_size", "-1");
        Assert.Equal(["hidden_size", "vocab_size"], Problems(json).Select(static problem => problem.Path).Distinct().Order());
        Assert.Equal(Problems(json).Length, Problems(json).Distinct().Count());
    }

    [Theory]
    [InlineData("3")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"name":"tiny"}""")]
    [InlineData("""{"name":"tiny","config":3}""")]
    [InlineData("""{"name":"tiny","config":{}}""")]
    [InlineData("""{"model_type":null}""")]
    [InlineData("""{"model_type":"llama4","text_config":[]}""")]
    public void What_is_no_record_is_a_problem_and_no_exception(string json) => Assert.NotEmpty(Problems(json));

    [Fact]
    public void Every_family_reports_what_an_empty_config_lacks()
    {
        foreach (string type in ArchitectureRecord.ModelTypes)
        {
            Assert.Contains(Problems($$"""{"model_type":"{{type}}"}"""), static problem => problem.Message.StartsWith("missing", StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData("""{"quant_method":"fp8","weight_block_size":[128,128]}""", NumberFormat.Fp8Block)]
    [InlineData("""{"quant_method":"fp8"}""", NumberFormat.Fp8)]
    [InlineData("""{"quant_method":"mxfp4"}""", NumberFormat.Mxfp4)]
    [InlineData("""{"quant_method":"awq","bits":4,"group_size":128}""", NumberFormat.Int4)]
    [InlineData("""{"quant_method":"gptq","bits":8}""", NumberFormat.Int8)]
    [InlineData("""{"quant_method":"modelopt","quant_algo":"NVFP4"}""", NumberFormat.Nvfp4)]
    [InlineData("""{"quant_method":"compressed-tensors","config_groups":{"group_0":{"weights":{"num_bits":4,"type":"int"}}}}""", NumberFormat.Int4)]
    [InlineData("""{"quant_method":"compressed-tensors","config_groups":{"group_0":{"weights":{"num_bits":8,"type":"float"}}}}""", NumberFormat.Fp8)]
    public void The_format_of_the_weights_is_that_of_the_quantisation(string quantization, NumberFormat format) =>
        Assert.Equal(format, Read(With(Tiny, "quantization_config", quantization)).NativeFormat);

    [Fact]
    public void The_text_model_of_a_wider_model_is_read()
    {
        JsonObject text = JsonNode.Parse(Tiny)!.AsObject();
        TransformerArchitecture model = Read($$"""{"model_type":"seer","tie_word_embeddings":true,"torch_dtype":"float16","text_config":{{text.ToJsonString()}}}""");
        Assert.True(model.TiedEmbeddings);
        Assert.Equal(NumberFormat.Fp16, model.NativeFormat);
    }

    private static TransformerArchitecture Read(string json) => PublishedConfigs.Read(json);

    private static ImmutableArray<RecordProblem> Problems(string json)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        bool good = ArchitectureRecord.TryRead(document.RootElement, out TransformerArchitecture? model, out ImmutableArray<RecordProblem> problems);
        Assert.Equal(good, problems.IsEmpty);
        Assert.Equal(good, model is not null);
        return problems;
    }

    private static string With(string json, string key, string value)
    {
        JsonObject changed = JsonNode.Parse(json)!.AsObject();
        changed[key] = JsonNode.Parse(value);
        return changed.ToJsonString();
    }
}
