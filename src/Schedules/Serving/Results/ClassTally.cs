namespace LlmSim.Schedules.Serving.Results;

/// <summary>Adds up the outcomes of one class while a run goes on. Owns its counts and latency samples; a class alone leaves these to the whole.</summary>
internal sealed class ClassTally(RequestClass one, bool keepsLatencies)
{
    private readonly LatencyRecorder _ttft = new();
    private readonly LatencyRecorder _tpot = new();
    private readonly LatencyRecorder _endToEnd = new();
    private readonly LatencyRecorder _queue = new();
    private long _ended;
    private long _completed;
    private long _good;

    internal void Ended(in RequestOutcome outcome)
    {
        _ended++;
        if (outcome.Status != RequestStatus.Completed)
        {
            return;
        }

        _completed++;
        _good += one.Level.IsMet(outcome) ? 1 : 0;
        if (!keepsLatencies)
        {
            return;
        }

        long sent = outcome.Request.Arrival.Nanoseconds;
        _ttft.Record(outcome.FirstToken.Nanoseconds - sent, 1);
        _endToEnd.Record(outcome.Finished.Nanoseconds - sent, 1);
        _queue.Record(outcome.FirstScheduled.Nanoseconds - sent, 1);
        if (outcome.ProducedTokens > 1)
        {
            _tpot.Record((outcome.Finished - outcome.FirstToken) / (outcome.ProducedTokens - 1));
        }
    }

    internal ClassResult Result() => new()
    {
        Class = one,
        Ended = _ended,
        Completed = _completed,
        Good = _good,
        Ttft = _ttft.Summary(),
        Tpot = _tpot.Summary(),
        EndToEnd = _endToEnd.Summary(),
        Queue = _queue.Summary(),
    };
}
