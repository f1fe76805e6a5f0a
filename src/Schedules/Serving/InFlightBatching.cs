namespace LlmSim.Schedules.Serving;

/// <summary>In-flight batching as TensorRT-LLM does it: whole prompts join the decoding sequences, first come first served.</summary>
/// <remarks>
/// Without eviction (GUARANTEED_NO_EVICT) a request is admitted only once the cache has room for all active requests to their ends; with the greatest
/// utilisation (MAX_UTILIZATION) as soon as its prompt fits, and the newest is paused when blocks run out. A batching wait holds prompts back until they fill a
/// share of the budget. Source: TensorRT-LLM documentation, capacity scheduler policies and batch_wait options.
/// </remarks>
public sealed class InFlightBatching(bool evicts) : IBatchPolicy
{
    private bool _paused;
    private bool _waits;
    private long _waitedSince = -1;

    /// <inheritdoc/>
    public void Compose(ReplicaBatch batch)
    {
        _paused = _waits = false;
        while (batch.FreeBlocks < 0 && batch.Active > 1)
        {
            batch.PreemptNewest();
            _paused = true;
        }

        if (_paused || Waits(batch))
        {
            return;
        }

        int budget = batch.Settings.TokenBudget - batch.Decoding;
        if (batch.Prefilling > 0)
        {
            int chunk = (int)Math.Min(Math.Min(budget, batch.PrefillRemaining), batch.PrefillRoom);
            batch.ContinuePrefill(chunk);
            budget -= chunk;
        }

        while (batch.Waiting > 0 && batch.Active < batch.Settings.MaxBatch && batch.Prefilling == 0 && HeadChunk(batch, budget) is > 0 and int chunk && HasRoom(batch, chunk))
        {
            batch.AdmitHead(chunk);
            budget -= chunk;
        }
    }

    /// <inheritdoc/>
    /// <remarks>A blocked head stays blocked while others decode: budget, batch and reservations do not change, and free blocks only shrink.</remarks>
    public int StepsAlike(ReplicaBatch batch) => _paused || _waits || batch.Prefilling > 0 ? 1 : int.MaxValue;

    private bool HasRoom(ReplicaBatch batch, int chunk) =>
        batch.BlocksForHead(chunk) <= batch.FreeBlocks && (evicts || batch.ReservedBlocks + batch.HeadReservation <= batch.CapacityBlocks);

    /// <summary>All of the head where the budget holds it; a part where prompts may be cut; a paused request may have outgrown the budget, it then runs alone.</summary>
    private static int HeadChunk(ReplicaBatch batch, int budget) =>
        batch.HeadTokens <= budget || batch.Active == 0 && !batch.Settings.ChunkedPrefill ? batch.HeadTokens
        : batch.Settings.ChunkedPrefill ? Math.Max(0, budget) : 0;

    /// <summary>Decodes only, while the prompts that wait fill too little of the budget and have not waited long enough.</summary>
    private bool Waits(ReplicaBatch batch)
    {
        if (batch.Settings.Wait is not { } wait || batch.Waiting == 0 || batch.Decoding == 0 || batch.Active >= batch.Settings.MaxBatch)
        {
            _waitedSince = -1;
            return false;
        }

        _waitedSince = _waitedSince < 0 ? batch.DecodeSteps : _waitedSince;
        _waits = batch.DecodeSteps - _waitedSince < wait.Iterations && batch.Decoding + batch.WaitingTokens < wait.Share * batch.Settings.TokenBudget;
        _waitedSince = _waits ? _waitedSince : -1;
        return _waits;
    }
}
