using LlmSim.Model.Units;

namespace LlmSim.Model.Memory;

/// <summary>A change that makes a job fit.</summary>
/// <typeparam name="TInput">What describes the job.</typeparam>
/// <param name="Change">The change, such as <c>TP 4 → 8</c>.</param>
/// <param name="Input">The job with the change made.</param>
/// <param name="Needs">What a device needs then.</param>
/// <param name="Text">A sentence for people, such as "needs 94 GiB of 80; TP 4 → 8 fits (47 GiB)".</param>
public sealed record MemoryChange<TInput>(string Change, TInput Input, Bytes Needs, string Text);
