namespace LlmSim.Model.Hardware;

/// <summary>Which passes of a step multiply 2:4 sparse weights: two of four neighbours are zero.</summary>
public enum SparseWeights
{
    /// <summary>None: weights are dense.</summary>
    None,

    /// <summary>The forward pass, along whose inner size the weights are sparse (Mishra 2021, arXiv 2104.08378, section 3).</summary>
    Forward,

    /// <summary>Forward and gradients of inputs: masks that are 2:4 along both sizes (Hubara 2021, arXiv 2102.08124, section 3).</summary>
    Transposable,
}

/// <summary>What 2:4 sparsity of weights does on a device.</summary>
public static class StructuredSparsity
{
    /// <summary>Dense rate times this is the sparse rate of the data sheets of NVIDIA's Ampere to Blackwell (A100 to B200) and of AMD's CDNA3 and CDNA4 for these formats.</summary>
    public const double Speedup = 2;

    /// <summary>Bytes of a dense weight's share of metadata: two bits for each of the two values kept of four (Mishra 2021, section 3.1).</summary>
    private const double MetadataBytes = 0.125;

    private static readonly string[] Generations = ["Ampere", "Ada", "Hopper", "Blackwell", "Blackwell Ultra", "CDNA3", "CDNA4"];

    /// <summary>Whether a device multiplies sparse weights of a format faster.</summary>
    public static bool Supports(Accelerator device, NumberFormat format) =>
        Generations.Contains(device.Generation) && device.Supports(format) && format is NumberFormat.Tf32 or NumberFormat.Bf16 or NumberFormat.Fp16 or NumberFormat.Fp8;

    /// <summary>Storage of one weight of the dense matrix in bytes: half of the values, and their places; 56 % for 16 bits (Mishra 2021, section 3.1).</summary>
    public static double Bytes(NumberFormat format) => (format.BytesPerElement() / 2) + MetadataBytes;
}
