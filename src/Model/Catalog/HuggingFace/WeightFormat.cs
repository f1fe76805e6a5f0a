using System.Collections.Immutable;
using LlmSim.Model.Hardware;

namespace LlmSim.Model.Catalog.HuggingFace;

/// <summary>Reads the format in which the weights are published, from <c>quantization_config</c> or the plain data type.</summary>
internal static class WeightFormat
{
    private static readonly ImmutableArray<string> Methods = ["awq", "compressed-tensors", "fbgemm_fp8", "fp8", "gptq", "modelopt", "mxfp4"];

    private static readonly ImmutableArray<string> DataTypes = ["bfloat16", "float16", "float32"];

    /// <summary>The format; bf16 where nothing is written.</summary>
    public static NumberFormat Read(ConfigReader config)
    {
        if (config.HolderOf("quantization_config").Object("quantization_config") is not { } quantization)
        {
            return Plain(config);
        }

        string method = quantization.Text("quant_method") ?? string.Empty;
        switch (method)
        {
            case "fp8" or "fbgemm_fp8":
                return quantization.Has("weight_block_size") ? NumberFormat.Fp8Block : NumberFormat.Fp8;
            case "mxfp4":
                return NumberFormat.Mxfp4;
            case "awq" or "gptq":
                return Integer(quantization, "bits");
            case "modelopt":
                return ModelOpt(quantization);
            case "compressed-tensors":
                return CompressedTensors(quantization);
            default:
                quantization.Report("quant_method", method.Length == 0
                    ? "missing: legal are " + string.Join(", ", Methods)
                    : $"found '{method}'{FieldText.Legal(method, Methods)}");
                return NumberFormat.Bf16;
        }
    }

    private static NumberFormat Plain(ConfigReader config)
    {
        string key = config.HolderOf("torch_dtype").Has("torch_dtype") ? "torch_dtype" : "dtype";
        ConfigReader holder = config.HolderOf(key);
        string? type = holder.Text(key);
        switch (type)
        {
            case null or "bfloat16":
                return NumberFormat.Bf16;
            case "float16":
                return NumberFormat.Fp16;
            case "float32":
                return NumberFormat.Fp32;
            default:
                holder.Report(key, $"found '{type}'{FieldText.Legal(type, DataTypes)}");
                return NumberFormat.Bf16;
        }
    }

    private static NumberFormat Integer(ConfigReader quantization, string key)
    {
        int bits = quantization.Count(key);
        if (bits is not (4 or 8))
        {
            quantization.Report(key, $"found {bits}; legal are 4, 8");
        }

        return bits == 8 ? NumberFormat.Int8 : NumberFormat.Int4;
    }

    private static NumberFormat ModelOpt(ConfigReader quantization)
    {
        string algorithm = quantization.Text("quant_algo") ?? string.Empty;
        switch (algorithm)
        {
            case "FP8":
                return NumberFormat.Fp8;
            case "NVFP4" or "FP4":
                return NumberFormat.Nvfp4;
            default:
                quantization.Report("quant_algo", $"found '{algorithm}'; legal are FP8, NVFP4");
                return NumberFormat.Bf16;
        }
    }

    /// <summary>The weights of the first group of layers stand for all.</summary>
    private static NumberFormat CompressedTensors(ConfigReader quantization)
    {
        ConfigReader? groups = quantization.Object("config_groups");
        ConfigReader? weights = groups?.Keys.Select(groups.Object).FirstOrDefault()?.Object("weights");
        if (weights is null)
        {
            quantization.Report("config_groups", "missing: expected a group of layers with its weights");
            return NumberFormat.Bf16;
        }

        int bits = weights.Count("num_bits");
        switch (weights.Text("type"), bits)
        {
            case ("float", 8):
                return weights.Text("strategy") == "block" ? NumberFormat.Fp8Block : NumberFormat.Fp8;
            case ("float", 4):
                return NumberFormat.Nvfp4;
            case ("int" or null, 4 or 8):
                return Integer(weights, "num_bits");
            default:
                weights.Report("num_bits", $"found {bits} bits of type '{weights.Text("type")}'; legal are float 4, float 8, int 4, int 8");
                return NumberFormat.Bf16;
        }
    }
}
