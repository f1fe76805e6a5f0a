namespace LlmSim.Schedules.Serving;

/// <summary>Continuous batching as vLLM v1 does it: decodes and prompt chunks share an iteration, first come first served.</summary>
/// <remarks>
/// Every decoding sequence takes one token of the budget first, then the prompt under way continues, then waiting requests are admitted. KV blocks
/// are taken chunk by
/// chunk without a reserve for output; when they run out, the newest sequence is pre-empted and computed again, and nothing is admitted in that
/// iteration.
/// Sources: Yu et al. 2022 (Orca, iteration-level scheduling), Kwon et al. 2023 (paging, recomputation), Agrawal et al. 2024 (Sarathi-Serve, chunked
/// prefill).
/// With this policy at most one prompt is under way between iterations: it is the newest sequence, and admission stops while it lacks budget or
/// blocks.
/// </remarks>
public sealed class ContinuousBatching : IBatchPolicy
{
    private bool _preempted;

    /// <inheritdoc/>
    public void Compose(ReplicaBatch batch)
    {
        _preempted = false;
        while (batch.FreeBlocks < 0 && batch.Active > 1)
        {
            batch.PreemptNewest();
            _preempted = true;
        }

        int budget = batch.Settings.TokenBudget - batch.Decoding;
        if (batch.Prefilling > 0)
        {
            int chunk = (int)Math.Min(Math.Min(budget, batch.PrefillRemaining), batch.PrefillRoom);
            batch.ContinuePrefill(chunk);
            budget -= chunk;
        }

        while (!_preempted && budget > 0 && batch.Waiting > 0 && batch.Active < batch.Settings.MaxBatch)
        {
            int chunk = ChunkForHead(batch, budget);
            if (chunk == 0 || batch.BlocksForHead(chunk) > batch.FreeBlocks)
            {
                break;
            }

            batch.AdmitHead(chunk);
            budget -= chunk;
        }
    }

    /// <inheritdoc/>
    /// <remarks>A blocked head of the queue stays blocked while others decode: budget and batch do not change and free blocks only shrink.</remarks>
    public int StepsAlike(ReplicaBatch batch) => _preempted || batch.Prefilling > 0 ? 1 : int.MaxValue;

    private static int ChunkForHead(ReplicaBatch batch, int budget)
    {
        if (batch.Settings.ChunkedPrefill)
        {
            return Math.Min(budget, batch.HeadTokens);
        }

        // A pre-empted request may have outgrown the budget; it is then computed alone, or it would wait for ever.
        bool alone = batch.Active == 0;
        return batch.HeadTokens <= budget || alone ? batch.HeadTokens : 0;
    }
}
