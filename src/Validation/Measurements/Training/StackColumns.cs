using System.Collections.Immutable;
using LlmSim.Model.Architecture;
using LlmSim.Model.Parallelism;
using LlmSim.Schedules.Training;

namespace LlmSim.Validation.Measurements.Training;

/// <summary>What the software of a row does beyond its layout: as its columns say, else as is known of its source, else as is usual.</summary>
/// <param name="Attention">Whether scores are written.</param>
/// <param name="Dropout">Whether layers drop out.</param>
/// <param name="TensorOverlap">Where tensor-parallel exchanges are hidden.</param>
/// <param name="DataOverlap">Whether gradients are exchanged beside the backward pass.</param>
/// <param name="PipelineOverlap">Whether activations travel between stages beside work.</param>
/// <param name="FusedLoss">Whether the loss is one kernel.</param>
/// <param name="PaddedVocabulary">Whether the vocabulary is padded to aligned rows.</param>
/// <param name="SelectiveProducts">Whether selective recomputation computes every second product again.</param>
/// <param name="ExpertOverlap">Whether tokens travel to their experts beside other work.</param>
/// <param name="Assumed">What neither the row nor its source tells.</param>
internal sealed record StackColumns(
    AttentionImplementation Attention,
    bool Dropout,
    TensorOverlap TensorOverlap,
    bool DataOverlap,
    bool PipelineOverlap,
    bool FusedLoss,
    bool PaddedVocabulary,
    bool SelectiveProducts,
    bool ExpertOverlap,
    ImmutableArray<string> Assumed)
{
    /// <summary>The software of the row on which the cells stand.</summary>
    public static StackColumns Read(MeasuredCells cells, TransformerArchitecture architecture)
    {
        TrainingStack known = TrainingStack.Of(cells.Text("source"), cells.Text("precision"), architecture);
        var assumed = ImmutableArray.CreateBuilder<string>();
        return new StackColumns(
            Choice(cells, "attention", known.Attention, known, assumed),
            Flag(cells, "dropout", known.Dropout, known, assumed),
            Choice(cells, "tensor_overlap", known.TensorOverlap, known, assumed),
            Flag(cells, "data_overlap", known.DataOverlap, known, assumed),
            Flag(cells, "pipeline_overlap", known.PipelineOverlap, known, assumed),
            Flag(cells, "fused_loss", known.FusedLoss, known, assumed),
            Flag(cells, "padded_vocabulary", known.PaddedVocabulary, known, assumed),
            cells.Count("selective_products", known.SelectiveProducts == true ? 1 : 0, 0) != 0,
            cells.Count("expert_overlap", known.ExpertOverlap == true ? 1 : 0, 0) != 0,
            assumed.ToImmutable());
    }

    private static bool Flag(MeasuredCells cells, string column, bool usual, TrainingStack known, ImmutableArray<string>.Builder assumed)
    {
        Note(cells, column, usual ? "1" : "0", known, assumed);
        return cells.Count(column, usual ? 1 : 0, 0) != 0;
    }

    private static T Choice<T>(MeasuredCells cells, string column, T usual, TrainingStack known, ImmutableArray<string>.Builder assumed)
        where T : struct, Enum
    {
        string text = cells.Text(column);
        Note(cells, column, usual.ToString(), known, assumed);
        if (text.Length == 0)
        {
            return usual;
        }

        if (char.IsLetter(text[0]) && Enum.TryParse(text, true, out T stated))
        {
            return stated;
        }

        string legal = string.Join(", ", Enum.GetNames<T>().Select(static name => name.ToLowerInvariant()));
        cells.Skip(SkipReasons.BadValue, $"{column} '{text}'; legal are {legal}");
        return usual;
    }

    private static void Note(MeasuredCells cells, string column, string usual, TrainingStack known, ImmutableArray<string>.Builder assumed)
    {
        if (!known.IsStated && cells.Text(column).Length == 0)
        {
            assumed.Add($"{column} = {usual.ToLowerInvariant()}");
        }
    }
}
