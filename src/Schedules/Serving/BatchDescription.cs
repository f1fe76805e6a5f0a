using LlmSim.Model.Operators;

namespace LlmSim.Schedules.Serving;

/// <summary>An iteration as its price sees it: sums over its decoding sequences and prompt chunks.</summary>
internal static class BatchDescription
{
    /// <summary>The sums.</summary>
    /// <param name="decodes">Sequences that decode; null where none does in this iteration.</param>
    /// <param name="chunks">Prompts with the tokens that are computed of each.</param>
    /// <param name="window">The attention window in tokens; zero for none.</param>
    internal static StepBatch Of(DecodeSet? decodes, List<(Sequence Sequence, int Tokens)> chunks, int window)
    {
        StepBatch batch = new()
        {
            DecodeSequences = decodes?.Count ?? 0,
            DecodeContext = decodes?.Context ?? 0,
            DecodeWindowedContext = decodes?.WindowedContext ?? 0,
            PrefillChunks = chunks.Count,
        };
        foreach ((Sequence sequence, int tokens) in chunks)
        {
            int past = sequence.Prefilled;
            batch = batch with
            {
                PrefillTokens = batch.PrefillTokens + tokens,
                PrefillScores = batch.PrefillScores + PrefillScore.Full(past, tokens),
                PrefillWindowedScores = batch.PrefillWindowedScores + PrefillScore.Windowed(past, tokens, window),
                PrefillPast = batch.PrefillPast + past,
                CompletedPrefills = batch.CompletedPrefills + (past + tokens == sequence.PrefillTarget ? 1 : 0),
            };
        }

        return batch;
    }
}
