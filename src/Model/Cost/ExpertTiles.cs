namespace LlmSim.Model.Cost;

/// <summary>How a kernel of grouped products picks the rows and columns of its tiles; what the sources of the kernels say.</summary>
public enum ExpertTiles
{
    /// <summary>The fewest rows that hold the mean load of an expert, and the better columns: a tuner that knows the load.</summary>
    ByLoad,

    /// <summary>The fastest of all: a search for this very layer.</summary>
    Searched,

    /// <summary>By tokens: 16 rows up to 32, 32 up to 96, 64 up to 512, then 128; 64 columns up to 64 tokens, then 128 (Triton kernels of vLLM from 0.17 on).</summary>
    ByTokens,

    /// <summary>By tokens: 16 rows up to 64 tokens, then 64; 128 columns, as wide as a block of scales (the same with block-scaled fp8).</summary>
    ByTokensInBlocks,

    /// <summary>16 x 32 while there are no more tokens than local experts, then 64 x 64 (vLLM up to 0.14).</summary>
    TokensAgainstExperts,

    /// <summary>The power of two that holds all pairs spread over the local experts, one step down (TensorRT-LLM's generated kernels in FlashInfer, not tuned).</summary>
    /// <remarks>Pairs of other ranks are counted too: under expert parallelism the tile is larger than the load asks for.</remarks>
    StepDown,

    /// <summary>The fewest rows of which all pairs, spread over the local experts, fill less than nine tenths (Marlin).</summary>
    Filling,

    /// <summary>The power of two that holds twice the mean load while that is at most 64, else once (Triton kernels of gpt-oss).</summary>
    TwiceTheLoad,
}
