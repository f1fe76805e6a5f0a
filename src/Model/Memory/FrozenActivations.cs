using LlmSim.Model.Architecture;
using LlmSim.Model.Hardware;
using LlmSim.Model.Units;

namespace LlmSim.Model.Memory;

/// <summary>What a layer need not keep because its matrices are frozen: the input of a matrix is there for its weight gradient alone.</summary>
/// <remarks>Chen 2016 (arXiv 1604.06174), section 3, counts what each operator's gradient reads; the gradient of a product's input reads the matrix only.</remarks>
internal static class FrozenActivations
{
    /// <summary>Inputs of frozen matrices that nothing else reads, less what adapters keep between their two matrices.</summary>
    public static Bytes NotKept(LayerSpec layer, double hidden, ActivationShape shape)
    {
        if (shape.Trained is LayerTraining.Whole or LayerTraining.ForwardOnly)
        {
            return Bytes.Zero;
        }

        AdapterTargets targets = shape.Trained == LayerTraining.Adapters ? shape.Adapters!.Targets : AdapterTargets.None;
        double element = shape.Format.BytesPerElement();
        double dropped = 0;
        if (layer.Mixer is AttentionSpec && (targets & (AdapterTargets.Query | AdapterTargets.Key | AdapterTargets.Value)) == 0)
        {
            dropped += hidden / shape.SequenceSplit;
        }

        if (layer.FeedForward is DenseFeedForward dense)
        {
            bool readsInput = (targets & (AdapterTargets.Gate | AdapterTargets.Up)) != 0;
            dropped += readsInput || layer.ParallelResidual ? 0 : hidden / shape.SequenceSplit;
            dropped += targets.HasFlag(AdapterTargets.Down) ? 0 : (double)dense.IntermediateSize / shape.Layout.Tensor;
        }

        double between = shape.Trained == LayerTraining.Adapters ? AdapterSite.Of(layer, hidden, targets).Length * shape.Adapters!.Rank : 0;
        return new Bytes(element * shape.Tokens * (dropped - between));
    }
}
