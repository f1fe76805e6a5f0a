namespace LlmSim.Model.Hardware;

/// <summary>How a number is stored or multiplied.</summary>
public enum NumberFormat
{
    /// <summary>64-bit IEEE floating point.</summary>
    Fp64,

    /// <summary>32-bit IEEE floating point.</summary>
    Fp32,

    /// <summary>32-bit storage, multiplied with 19-bit operands on tensor cores.</summary>
    Tf32,

    /// <summary>16-bit with an 8-bit exponent.</summary>
    Bf16,

    /// <summary>16-bit IEEE floating point.</summary>
    Fp16,

    /// <summary>8-bit floating point with one scale per tensor or token.</summary>
    Fp8,

    /// <summary>8-bit floating point with one fp32 scale per 128 x 128 block of weights (and 1 x 128 of activations).</summary>
    Fp8Block,

    /// <summary>4-bit floating point (e2m1) with one 8-bit scale per 16 values.</summary>
    Nvfp4,

    /// <summary>4-bit floating point (e2m1) with one 8-bit scale per 32 values.</summary>
    Mxfp4,

    /// <summary>8-bit integer.</summary>
    Int8,

    /// <summary>4-bit integer with one 16-bit scale per group of 128 values.</summary>
    Int4,
}
