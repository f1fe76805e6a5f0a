namespace LlmSim.Schedules.Serving;

/// <summary>Prompts first, as SGLang does it: an iteration holds either prompts alone, while the decoding sequences pause, or decodes alone.</summary>
/// <remarks>
/// A request is admitted while its prompt and its output (4096 tokens at most) fit beside what the cache holds and a share ρ of what the decoding sequences
/// have yet to produce. ρ starts at 0.7, falls by 0.001 a decode step to 0.098 and starts anew when the server has been idle; a retraction raises it by 0.2.
/// Source: SGLang, schedule_policy.py (PrefillAdder) and scheduler.py; the step after a retraction is rounded.
/// </remarks>
public sealed class PrefillFirst : IBatchPolicy
{
    private const double FirstReserve = 0.7;
    private const double LeastReserve = 0.098;
    private const double ReserveFall = 0.001;
    private const double RetractionRise = 0.2;
    private const int CountedOutput = 4096;

    /// <summary>Steps of one leap at most while a request waits for room: beyond it the admission is looked at again.</summary>
    private const int LongestWaitingLeap = 256;

    private double _reserve = FirstReserve;
    private long _reserveSince;
    private bool _retracted;

    /// <inheritdoc/>
    public void Compose(ReplicaBatch batch)
    {
        _retracted = false;
        if (batch.Active == 0)
        {
            (_reserve, _reserveSince) = (FirstReserve, batch.DecodeSteps);
        }

        batch.PauseDecodes(true);
        if (AddPrompts(batch))
        {
            return;
        }

        batch.PauseDecodes(false);
        while (batch.FreeBlocks < 0 && batch.Active > 1)
        {
            batch.PreemptNewest();
            _retracted = true;
        }

        if (_retracted)
        {
            (_reserve, _reserveSince) = (Math.Min(1, Reserve(batch.DecodeSteps) + RetractionRise), batch.DecodeSteps);
        }

        if (batch.Decoding == 0)
        {
            AdmitAlone(batch);
        }
    }

    /// <inheritdoc/>
    public int StepsAlike(ReplicaBatch batch)
    {
        if (_retracted || batch.Prefilling > 0)
        {
            return 1;
        }

        if (batch.Waiting == 0 || batch.Active >= batch.Settings.MaxBatch)
        {
            return int.MaxValue;
        }

        int steps = 1;
        while (steps < LongestWaitingLeap && !FitsAfter(batch, steps))
        {
            steps++;
        }

        return steps;
    }

    private static int Counted(ReplicaBatch batch) => batch.HeadTokens + Math.Min(CountedOutput, batch.HeadOutput);

    private double Reserve(long steps) => Math.Max(LeastReserve, _reserve - (ReserveFall * (steps - _reserveSince)));

    private double RoomAfter(ReplicaBatch batch, int steps)
    {
        long grown = (long)steps * batch.Decoding;
        long held = batch.DecodeTokens + grown + batch.PrefillDone;
        return (batch.CapacityBlocks * (double)batch.Settings.BlockSize) - held - (Reserve(batch.DecodeSteps + steps) * (batch.DecodeRemaining - grown));
    }

    private bool FitsAfter(ReplicaBatch batch, int steps) => Counted(batch) < RoomAfter(batch, steps);

    private bool AddPrompts(ReplicaBatch batch)
    {
        int budget = batch.Settings.TokenBudget;
        double room = RoomAfter(batch, 0);
        if (batch.Prefilling > 0)
        {
            int chunk = (int)Math.Min(Math.Min(budget, batch.PrefillRemaining), batch.PrefillRoom);
            room -= batch.PrefillRemaining;
            batch.ContinuePrefill(chunk);
            budget -= chunk;
        }

        while (budget > 0 && batch.Waiting > 0 && batch.Prefilling == 0 && batch.Active < batch.Settings.MaxBatch && Counted(batch) < room)
        {
            int chunk = batch.Settings.ChunkedPrefill ? Math.Min(budget, batch.HeadTokens) : batch.HeadTokens <= budget ? batch.HeadTokens : 0;
            if (chunk == 0 || batch.BlocksForHead(chunk) > batch.FreeBlocks)
            {
                break;
            }

            room -= Counted(batch);
            batch.AdmitHead(chunk);
            budget -= chunk;
        }

        return batch.HasChunks;
    }

    /// <summary>A request that nothing stands beside is admitted whatever it reserves, or it would wait for ever.</summary>
    private static void AdmitAlone(ReplicaBatch batch)
    {
        if (batch.Waiting > 0 && batch.Active == 0)
        {
            batch.AdmitHead(batch.Settings.ChunkedPrefill ? Math.Min(batch.Settings.TokenBudget, batch.HeadTokens) : batch.HeadTokens);
        }
    }
}
