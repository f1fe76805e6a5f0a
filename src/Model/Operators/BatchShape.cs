namespace LlmSim.Model.Operators;

/// <summary>The tokens that pass through a layer at once: the one shape from which prefill, decode and training graphs are built.</summary>
/// <param name="Batch">Sums over the sequences.</param>
/// <param name="LogitRows">Tokens that need the LM head: all in training, one a sequence in serving.</param>
public readonly record struct BatchShape(StepBatch Batch, double LogitRows)
{
    /// <summary>Tokens that pass through the layers.</summary>
    public double Tokens => Batch.Tokens;

    /// <summary>A serving iteration.</summary>
    public static BatchShape Serving(in StepBatch batch) => new(batch, batch.Logits);

    /// <summary>Sequences that decode one token each with equal contexts.</summary>
    public static BatchShape Decode(int sequences, long context, int window = 0) => Serving(new StepBatch
    {
        DecodeSequences = sequences,
        DecodeContext = sequences * context,
        DecodeWindowedContext = sequences * (window > 0 ? Math.Min(context, window) : context),
    });

    /// <summary>Prompts of equal length after equally long cached prefixes.</summary>
    public static BatchShape Prefill(int sequences, long tokens, long past = 0, int window = 0) => Serving(new StepBatch
    {
        PrefillChunks = sequences,
        PrefillTokens = sequences * tokens,
        PrefillPast = sequences * past,
        PrefillScores = sequences * CausalScores(tokens, past, 0),
        PrefillWindowedScores = sequences * CausalScores(tokens, past, window),
        CompletedPrefills = sequences,
    });

    /// <summary>A micro-batch of training: full sequences, each token with its logits.</summary>
    public static BatchShape Training(int microBatch, long sequenceLength, int window = 0) =>
        Prefill(microBatch, sequenceLength, 0, window) with { LogitRows = (double)microBatch * sequenceLength };

    /// <summary>Pairs of a query and a key when <paramref name="tokens"/> new tokens follow <paramref name="past"/> cached ones under the causal mask.</summary>
    /// <param name="tokens">New tokens.</param>
    /// <param name="past">Cached tokens.</param>
    /// <param name="window">Tokens that a position sees, itself included; zero for all.</param>
    public static double CausalScores(double tokens, double past, int window)
    {
        double all = (tokens * past) + (tokens * (tokens + 1) / 2);
        if (window <= 0 || past + tokens <= window)
        {
            return all;
        }

        // Positions at or beyond the window see exactly it; the ones before see all that precedes them.
        double growing = Math.Max(0, window - past);
        return (growing * past) + (growing * (growing + 1) / 2) + ((tokens - growing) * window);
    }
}
