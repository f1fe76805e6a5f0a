using LlmSim.Schedules.Traffic;

namespace LlmSim.Schedules.Serving;

/// <summary>What a replica refuses on arrival.</summary>
internal static class RequestLimits
{
    /// <summary>Why a request is refused; null where it is not.</summary>
    internal static RejectionReason? Refusal(in Request request, ServeSettings settings, KvBlockPool cache, bool isQueueFull)
    {
        long tokens = (long)request.PromptTokens + request.OutputTokens;
        return tokens > (settings.MaxContext ?? long.MaxValue) ? RejectionReason.ContextTooLong
            : cache.BlocksFor(tokens - 1) > cache.Capacity ? RejectionReason.KvCacheTooSmall
            : !settings.ChunkedPrefill && request.PromptTokens > settings.TokenBudget ? RejectionReason.PromptOverTokenBudget
            : isQueueFull ? RejectionReason.QueueFull
            : null;
    }
}
