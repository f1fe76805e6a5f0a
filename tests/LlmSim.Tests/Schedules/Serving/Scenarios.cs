using CsCheck;
using LlmSim.Model.Units;
using LlmSim.Schedules.Serving;
using LlmSim.Schedules.Traffic;

namespace LlmSim.Tests.Schedules.Serving;

/// <summary>A small serving system under pressure: little memory, small budgets, windows, queue limits and impatient clients.</summary>
internal sealed record Scenario(ServeSettings Settings, LinearPrice Price, Request[] Requests);

internal static class Scenarios
{
    private static readonly Gen<ServeSettings> Settings =
        from maxBatch in Gen.Int[1, 8]
        from budget in Gen.Int[0, 60]
        from chunk in Gen.Int[0, 20]
        from chunked in Gen.Int[0, 3]
        from blockSize in Gen.Int[1, 16]
        from capacity in Gen.Int[16, 300]
        from maxContext in Gen.Int[0, 3]
        from queueLimit in Gen.Int[-6, 6]
        from timeout in Gen.Int[-400, 400]
        select new ServeSettings
        {
            MaxBatch = maxBatch,
            MaxBatchedTokens = maxBatch + budget,
            ChunkedPrefill = chunked > 0,
            Chunk = chunked > 1 ? maxBatch + chunk : null,
            BlockSize = blockSize,
            KvCapacityTokens = capacity,
            MaxContext = maxContext == 0 ? 60 : null,
            QueueLimit = queueLimit < 0 ? null : queueLimit,
            Timeout = timeout <= 0 ? null : Seconds.Milliseconds(timeout + 0.0137),
        };

    /// <summary>Arrivals up to 20 ms apart, often at the same moment, against steps of about 1 ms.</summary>
    private static readonly Gen<Request[]> Requests =
        from gaps in Gen.Select(Gen.Int[-3, 20], Gen.Int[0, 999_999], Gen.Int[1, 60], Gen.Int[1, 50]).Array[1, 30]
        select ToRequests(gaps);

    /// <summary>Prices of whole nanoseconds, or with fractions where rounding matters.</summary>
    internal static Gen<Scenario> Generate(bool wholeNanoseconds) =>
        from settings in Settings
        from requests in Requests
        from window in Gen.Int[-10, 40]
        from c in Gen.Int[1, 2000].Array[8]
        from policy in Gen.Int[0, 3]
        from path in Gen.Int[-3000, 3000]
        from wait in Gen.Int[-20, 20]
        let fraction = wholeNanoseconds ? 0 : 0.37
        select new Scenario(
            wholeNanoseconds ? settings : settings with
            {
                Policy = BatchPolicies.Names[policy],
                Path = path < 0 ? RequestPath.None : new RequestPath(Seconds.Microseconds(path), Seconds.Microseconds(2 * path), Seconds.Microseconds(0.1 * path), 1 + (path % 5)),
                Wait = wait <= 0 ? null : new BatchingWait(0.05 * wait, wait),
            },
            new LinearPrice
            {
                Window = Math.Max(0, window),
                Step = 500_000 + c[0] + fraction,
                PerSequence = (10 * c[1]) + fraction,
                PerContextToken = c[2] + fraction,
                PerWindowedToken = c[3] + fraction,
                PerPrefillToken = (5 * c[4]) + fraction,
                PerScore = c[5] + fraction,
                PerWindowedScore = c[6] + fraction,
                PerLogit = c[7] + fraction,
            },
            requests);

    private static Request[] ToRequests((int Gap, int Offset, int Prompt, int Output)[] gaps)
    {
        long time = 0;
        Request[] requests = new Request[gaps.Length];
        for (int i = 0; i < gaps.Length; i++)
        {
            time += gaps[i].Gap <= 0 ? 0 : (gaps[i].Gap * 1_000_000L) + gaps[i].Offset;
            requests[i] = ListSource.Request(i, 0, gaps[i].Prompt, gaps[i].Output) with { Arrival = new Instant(time) };
        }

        return requests;
    }
}
