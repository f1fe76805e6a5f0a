using LlmSim.Model.Operators;

namespace LlmSim.Model.Cost;

/// <summary>How far a whole operator family moves from one generation of devices to the next beyond what the data sheet says: kernels are rewritten.</summary>
/// <remarks>Round figures from leaving out each of A100, H100 and B200 in turn (docs/validation.md): about nine of ten rows lie within them and the widened band.</remarks>
internal static class GenerationDrift
{
    /// <summary>The factor by which the band of an operator opens to both sides where its constants come from another generation.</summary>
    public static double Of(OperatorShape? shape) => shape switch
    {
        GemmShape => 1.15,
        PrefillAttentionShape => 1.25,
        DecodeAttentionShape => 1.6,
        LatentAttentionShape or ExpertsShape => 1.8,
        CommunicationShape => 1.4,
        _ => 1.2,
    };
}
