using System.Collections.Immutable;
using LlmSim.Model.Memory;

namespace LlmSim.Cli.Output;

/// <summary>Whether a job fits.</summary>
/// <param name="Kind">Training or serving.</param>
/// <param name="Fullest">The account of the device that decides.</param>
/// <param name="Stages">The account of a device of each pipeline stage.</param>
/// <param name="Kv">What is left for the KV cache; null in training.</param>
/// <param name="Infeasible">Why it does not fit; null where it does.</param>
/// <param name="Notes">Remarks on its assumptions.</param>
internal sealed record MemoryAnswer(
    string Kind, MemoryAccount Fullest, ImmutableArray<MemoryAccount> Stages, KvCapacity? Kv, Infeasible? Infeasible, ImmutableArray<string> Notes);
