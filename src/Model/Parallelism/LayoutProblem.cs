namespace LlmSim.Model.Parallelism;

/// <summary>Something to say about a layout.</summary>
/// <param name="Rule">The rule that speaks.</param>
/// <param name="Severity">Whether the layout is illegal, unwise, or merely worth a remark.</param>
/// <param name="Field">The field of the layout or batch that it is about, such as <c>Tensor</c>.</param>
/// <param name="Message">What was found, why it matters, and which values are legal.</param>
public sealed record LayoutProblem(LayoutRule Rule, LayoutSeverity Severity, string Field, string Message);

/// <summary>How much a <see cref="LayoutProblem"/> weighs.</summary>
public enum LayoutSeverity
{
    /// <summary>The layout works; this says how.</summary>
    Note,

    /// <summary>The layout works, slowly.</summary>
    Warning,

    /// <summary>The layout cannot run.</summary>
    Error,
}

/// <summary>The rules of <see cref="LayoutRules"/>.</summary>
public enum LayoutRule
{
    /// <summary>Degrees are at least one and the ZeRO stage is 0 to 3.</summary>
    Range,

    /// <summary>Tensor parallelism divides the query heads.</summary>
    TensorHeads,

    /// <summary>Tensor parallelism divides the KV heads or is a multiple of them.</summary>
    TensorKvHeads,

    /// <summary>Tensor parallelism divides the width of the feed-forward layers.</summary>
    TensorFeedForward,

    /// <summary>The vocabulary is padded to a multiple of the tensor degree.</summary>
    TensorVocabulary,

    /// <summary>Tensor parallelism stays inside one scale-up domain.</summary>
    TensorDomain,

    /// <summary>A pipeline has no more chunks than layers.</summary>
    PipelineLayers,

    /// <summary>Interleaving needs a pipeline and micro-batches in whole rounds.</summary>
    Interleaving,

    /// <summary>The global batch is a multiple of the micro-batch times the data degree.</summary>
    GlobalBatch,

    /// <summary>Expert parallelism needs experts and divides them.</summary>
    ExpertCount,

    /// <summary>Expert parallelism divides the ranks of a stage.</summary>
    ExpertGroup,

    /// <summary>Sequence parallelism splits what tensor parallelism leaves whole.</summary>
    SequenceParallel,

    /// <summary>Context parallelism divides the sequence.</summary>
    ContextSequence,

    /// <summary>Ulysses divides the heads.</summary>
    ContextHeads,

    /// <summary>ZeRO needs data-parallel ranks, and stage 3 gathers weights for every micro-batch of a pipeline.</summary>
    Zero,

    /// <summary>The layout occupies the devices of the cluster.</summary>
    WorldSize,
}
