namespace LlmSim.Model.Operators;

/// <summary>One iteration of a serving engine, seen through the sums on which its price depends.</summary>
/// <remarks>
/// All counts are of one replica before any split over devices. A prefill chunk of c new tokens after p cached ones adds c to <see cref="PrefillTokens"/>,
/// c·p + c·(c+1)/2 to <see cref="PrefillScores"/> and p to <see cref="PrefillPast"/>.
/// </remarks>
public readonly record struct StepBatch
{
    /// <summary>Sequences that produce one token each.</summary>
    public int DecodeSequences { get; init; }

    /// <summary>Sum over the decoding sequences of the tokens that they attend to.</summary>
    public long DecodeContext { get; init; }

    /// <summary>The same sum with each sequence capped at the model's attention window; equal to <see cref="DecodeContext"/> where there is no window.</summary>
    public long DecodeWindowedContext { get; init; }

    /// <summary>Prompts or parts of prompts in the iteration.</summary>
    public int PrefillChunks { get; init; }

    /// <summary>New prompt tokens in the iteration.</summary>
    public long PrefillTokens { get; init; }

    /// <summary>Pairs of a query and a key that the chunks score under the causal mask.</summary>
    public double PrefillScores { get; init; }

    /// <summary>The same with the model's attention window; equal to <see cref="PrefillScores"/> where there is no window.</summary>
    public double PrefillWindowedScores { get; init; }

    /// <summary>Tokens in the cache that the chunks attend to.</summary>
    public long PrefillPast { get; init; }

    /// <summary>Prompts whose last chunk is in this iteration: each needs the LM head once, as each decoding sequence does.</summary>
    public int CompletedPrefills { get; init; }

    /// <summary>Tokens that pass through the layers.</summary>
    public long Tokens => DecodeSequences + PrefillTokens;

    /// <summary>Rows of the LM head.</summary>
    public int Logits => DecodeSequences + CompletedPrefills;
}
