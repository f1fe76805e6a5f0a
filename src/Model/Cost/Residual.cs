using LlmSim.Model.Calibration;
using LlmSim.Model.Draws;
using LlmSim.Model.Operators;

namespace LlmSim.Model.Cost;

/// <summary>The part of an operator's error that constants do not explain, as one draw of it.</summary>
/// <remarks>
/// A residual belongs to a shape: the same weights err alike in every layer and at every number of tokens, which is what grouped residuals show.
/// Drawn so, errors of unlike operators average out over a step and errors of like ones do not.
/// </remarks>
internal static class Residual
{
    private const int Stream = 1_000_000;

    /// <summary>The factor on the price of an operator in the draw of a seed.</summary>
    public static double Factor(long seed, OperatorShape? shape, ErrorBand band) =>
        band.Factor(NormalQuantile.At(new CounterRandom(seed, Stream).Uniform(Identity(shape))));

    /// <summary>A number that operators of one shape share, whatever their tokens.</summary>
    private static long Identity(OperatorShape? shape) => shape switch
    {
        GemmShape g => Mix(1, g.N, g.K, (double)g.Activations),
        DecodeAttentionShape d => Mix(2, d.Heads, d.KvHeads, d.HeadSize),
        PrefillAttentionShape p => Mix(p.Backward ? 4 : 3, p.Heads, p.KvHeads, p.HeadSize),
        LatentAttentionShape l => Mix(l.IsAbsorbed ? 6 : 5, l.Heads, l.HiddenSize, (double)l.Cache),
        ExpertsShape e => Mix(7 + e.Backward, e.HiddenSize, e.Spec.ExpertIntermediateSize, e.Spec.Experts),
        CommunicationShape c => Mix(10, (double)c.Kind, c.Ranks, 0),
        _ => 0,
    };

    private static long Mix(long family, double a, double b, double c)
    {
        unchecked
        {
            long sum = family;
            foreach (double value in (ReadOnlySpan<double>)[a, b, c])
            {
                sum = (sum * 1_000_003) + (long)value;
            }

            return sum;
        }
    }
}
