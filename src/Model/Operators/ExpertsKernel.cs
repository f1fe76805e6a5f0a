namespace LlmSim.Model.Operators;

/// <summary>Implementations of grouped expert products.</summary>
public enum ExpertsKernel
{
    /// <summary>Triton kernels of vLLM and SGLang.</summary>
    Triton,

    /// <summary>CUTLASS kernels of FlashInfer.</summary>
    Cutlass,

    /// <summary>Generated kernels of TensorRT-LLM, routing included.</summary>
    Trtllm,

    /// <summary>The same behind a routing and quantisation of their own.</summary>
    Modular,

    /// <summary>The Triton kernels that OpenAI published with gpt-oss.</summary>
    OaiTriton,

    /// <summary>Marlin: 4-bit weights, bf16 arithmetic.</summary>
    Marlin,
}
