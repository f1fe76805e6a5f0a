namespace LlmSim.Model.Architecture;

/// <summary>Low-rank adapters beside frozen matrices: W x becomes W x + B A x with A of r rows and B of r columns (Hu 2021, arXiv 2106.09685, section 4.1).</summary>
/// <param name="Rank">Rank r of every adapter.</param>
/// <param name="Targets">Which matrices have one.</param>
/// <param name="Base">How the frozen matrices are stored.</param>
public sealed record LoraAdapters(int Rank, AdapterTargets Targets, BaseStorage Base = BaseStorage.Precision)
{
    /// <summary>Block of values that share a first scale (Dettmers 2023, arXiv 2305.14314, section 3).</summary>
    private const double Block = 64;

    /// <summary>First scales that share a second one (the same).</summary>
    private const double ScaleBlock = 256;

    /// <summary>
    /// Bytes of one parameter in 4-bit NormalFloat with double quantisation: 4 bits, 8 bits for 64 of them and 32 bits for 256 of those, which is 0.127 bits a
    /// parameter (Dettmers 2023, section 3).
    /// </summary>
    public static double Nf4Bytes => (4 + (8 / Block) + (32 / (Block * ScaleBlock))) / 8;

    /// <summary>Whether frozen matrices are expanded to the precision before each product.</summary>
    public bool Dequantises => Base == BaseStorage.Nf4;
}

/// <summary>The matrices of a layer that adapters stand beside.</summary>
[Flags]
public enum AdapterTargets
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>Queries; of latent attention their last projection.</summary>
    Query = 1,

    /// <summary>Keys.</summary>
    Key = 2,

    /// <summary>Values.</summary>
    Value = 4,

    /// <summary>The output of attention.</summary>
    Output = 8,

    /// <summary>The gate of a gated feed-forward part.</summary>
    Gate = 16,

    /// <summary>The first matrix of the feed-forward part.</summary>
    Up = 32,

    /// <summary>The last matrix of the feed-forward part.</summary>
    Down = 64,

    /// <summary>All of them: QLoRA's choice (Dettmers 2023, section 4).</summary>
    All = Query | Key | Value | Output | Gate | Up | Down,
}

/// <summary>How frozen matrices are stored.</summary>
public enum BaseStorage
{
    /// <summary>In the precision of the products.</summary>
    Precision,

    /// <summary>4-bit NormalFloat with double quantisation (QLoRA), expanded before each product.</summary>
    Nf4,
}
