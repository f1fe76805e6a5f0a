using LlmSim.Model.Architecture;
using LlmSim.Model.Catalog;
using LlmSim.Model.Cost;
using LlmSim.Model.Hardware;
using LlmSim.Model.Operators;
using Xunit;

namespace LlmSim.Tests.Model.Cost;

/// <summary>Which constants price routed experts: the choice of kernels that vLLM 0.24 documents, and what stands in for missing rows.</summary>
public sealed class ExpertsKeysTests
{
    [Theory]
    [InlineData("h100-sxm", NumberFormat.Bf16, NumberFormat.Bf16, 1, "bf16/triton")]
    [InlineData("h100-sxm", NumberFormat.Fp8Block, NumberFormat.Fp8Block, 1, "fp8-block/triton")]
    [InlineData("h200-sxm", NumberFormat.Fp8Block, NumberFormat.Fp8Block, 8, "fp8-block/cutlass")]
    [InlineData("h100-sxm", NumberFormat.Bf16, NumberFormat.Mxfp4, 1, "mxfp4/oai-triton")]
    [InlineData("b200-sxm", NumberFormat.Bf16, NumberFormat.Bf16, 1, "bf16/trtllm")]
    [InlineData("b200-sxm", NumberFormat.Fp8, NumberFormat.Mxfp4, 1, "mxfp4-mxfp8/trtllm")]
    [InlineData("b200-sxm", NumberFormat.Nvfp4, NumberFormat.Nvfp4, 1, "nvfp4/trtllm")]
    [InlineData("b200-sxm", NumberFormat.Bf16, NumberFormat.Int4, 1, "int4/marlin")]
    [InlineData("a100-sxm-80gb", NumberFormat.Bf16, NumberFormat.Bf16, 4, "bf16/triton")]
    public void The_usual_kernel_of_a_device_comes_first(string device, NumberFormat activations, NumberFormat weights, int shards, string key) =>
        Assert.Equal(key, ConstantsKeys.Of(Shape(activations, weights, shards), HardwareCatalog.Accelerators.Find(device))[0]);

    [Theory]
    [InlineData("h100-sxm", NumberFormat.Bf16, NumberFormat.Int4, "mxfp4/marlin")]
    [InlineData("h100-sxm", NumberFormat.Bf16, NumberFormat.Nvfp4, "mxfp4/marlin")]
    [InlineData("h100-sxm", NumberFormat.Fp8, NumberFormat.Fp8, "fp8-block/triton")]
    [InlineData("a100-sxm-80gb", NumberFormat.Bf16, NumberFormat.Mxfp4, "bf16/triton")]
    [InlineData("b200-sxm", NumberFormat.Int8, NumberFormat.Int8, "fp8-block/trtllm")]
    public void A_missing_row_is_replaced_by_the_nearest(string device, NumberFormat activations, NumberFormat weights, string key)
    {
        Accelerator accelerator = HardwareCatalog.Accelerators.Find(device);
        Assert.Equal(key, EfficiencyCatalog.For(accelerator).Experts.First(ConstantsKeys.Of(Shape(activations, weights, 1), accelerator)).Key);
    }

    [Fact]
    public void Every_row_of_the_catalog_names_a_kernel_that_some_layer_can_ask_for()
    {
        foreach (string name in EfficiencyCatalog.Section.Names)
        {
            foreach (string key in EfficiencyCatalog.Section.Find(name).Experts.Rows.Keys)
            {
                string[] parts = key.Split('/');
                Assert.Contains(parts[0], ExpertsKeys.Formats);
                Assert.Contains(parts[1], Enum.GetValues<ExpertsKernel>().Select(ExpertsKeys.Name));
            }
        }
    }

    private static ExpertsShape Shape(NumberFormat activations, NumberFormat weights, int shards) =>
        new(new MoeFeedForward(128, 8, 1536), 4096, 64, 1, shards, activations, weights);
}
