using LlmSim.Model.Cost;
using LlmSim.Model.Operators;
using LlmSim.Model.Units;
using LlmSim.Schedules.Serving;
using LlmSim.Schedules.Traffic;

namespace LlmSim.Tests.Schedules.Serving;

/// <summary>
/// The slower second method: one replica replayed iteration by iteration with a loop over every sequence and token, written from the policy's
/// pseudo-code.
/// It knows no aggregates, heaps, leaps or anchors, so it agrees to the nanosecond only with prices of whole nanoseconds.
/// </summary>
internal sealed class NaiveServer(ServeSettings settings, IStepPrice price)
{
    private readonly List<Job> _waiting = [];
    private readonly List<Job> _active = [];
    private readonly List<RequestOutcome> _outcomes = [];

    public long Steps { get; private set; }

    public List<RequestOutcome> Run(IReadOnlyList<Request> requests)
    {
        Queue<Request> arrivals = new(requests);
        Instant now = Instant.Zero;
        while (arrivals.Count > 0 || _active.Count + _waiting.Count > 0)
        {
            if (_active.Count + _waiting.Count == 0)
            {
                now = Instant.Max(now, arrivals.Peek().Arrival);
            }

            while (arrivals.Count > 0 && arrivals.Peek().Arrival <= now)
            {
                Offer(arrivals.Dequeue(), now, busy: false);
            }

            if (_active.Count + _waiting.Count == 0)
            {
                continue;
            }

            List<(Job Job, int Tokens)> chunks = Compose(now);
            List<Job> decoding = [.. _active.Where(job => job.Decodes)];
            Instant end = now + price.Price(Describe(decoding, chunks));
            while (arrivals.Count > 0 && arrivals.Peek().Arrival < end)
            {
                Request request = arrivals.Dequeue();
                Offer(request, request.Arrival, busy: true);
            }

            now = end;
            Steps++;
            Finish(decoding, chunks, now);
        }

        return _outcomes;
    }

    private void Offer(Request request, Instant now, bool busy)
    {
        int last = request.PromptTokens + request.OutputTokens;
        int room = busy ? 0 : settings.MaxBatch - _active.Count;
        bool refused = last > (settings.MaxContext ?? int.MaxValue)
            || Blocks(last - 1) > settings.KvCapacityTokens / settings.BlockSize
            || (!settings.ChunkedPrefill && request.PromptTokens > settings.TokenBudget)
            || (settings.QueueLimit is int limit && _waiting.Count >= limit + room);
        if (refused)
        {
            _outcomes.Add(new RequestOutcome { Request = request, Status = RequestStatus.Rejected, Finished = now });
            return;
        }

        Instant deadline = settings.Timeout is Seconds wait ? now + wait : Instant.Never;
        _waiting.Add(new Job { Request = request, Target = request.PromptTokens, Deadline = deadline });
    }

    private List<(Job Job, int Tokens)> Compose(Instant now)
    {
        bool preempted = false;
        while (FreeAfterDecode() < 0 && _active.Count > 1)
        {
            Job newest = _active[^1];
            _active.Remove(newest);
            newest.Target = newest.Request.PromptTokens + newest.Produced;
            newest.Held = 0;
            newest.Preemptions++;
            _waiting.Insert(0, newest);
            preempted = true;
        }

        List<(Job Job, int Tokens)> chunks = [];
        long free = FreeAfterDecode();
        int budget = settings.TokenBudget - _active.Count(job => job.Decodes);
        foreach (Job job in _active.Where(job => !job.Decodes))
        {
            int chunk = Math.Min(budget, job.Target - job.Held);
            while (chunk > 0 && Blocks(job.Held + chunk) - Blocks(job.Held) > free)
            {
                chunk--;
            }

            if (chunk > 0)
            {
                chunks.Add((job, chunk));
                free -= Blocks(job.Held + chunk) - Blocks(job.Held);
                budget -= chunk;
            }
        }

        while (!preempted && _waiting.Count > 0 && budget > 0 && _active.Count < settings.MaxBatch)
        {
            Job head = _waiting[0];
            int chunk = settings.ChunkedPrefill ? Math.Min(budget, head.Target) : head.Target;
            bool fits = settings.ChunkedPrefill || head.Target <= budget || _active.Count == 0;
            if (!fits || Blocks(chunk) > free)
            {
                break;
            }

            _waiting.RemoveAt(0);
            _active.Add(head);
            head.Scheduled = head.Scheduled == Instant.Never ? now : head.Scheduled;
            chunks.Add((head, chunk));
            free -= Blocks(chunk);
            budget -= chunk;
        }

        return chunks;
    }

    private StepBatch Describe(List<Job> decoding, List<(Job Job, int Tokens)> chunks)
    {
        int window = price.Window == 0 ? int.MaxValue : price.Window;
        double scores = 0;
        double windowed = 0;
        foreach ((Job job, int tokens) in chunks)
        {
            for (int token = 1; token <= tokens; token++)
            {
                scores += job.Held + token;
                windowed += Math.Min(job.Held + token, window);
            }
        }

        return new StepBatch
        {
            DecodeSequences = decoding.Count,
            DecodeContext = decoding.Sum(job => job.Held + 1L),
            DecodeWindowedContext = decoding.Sum(job => (long)Math.Min(job.Held + 1, window)),
            PrefillChunks = chunks.Count,
            PrefillTokens = chunks.Sum(chunk => (long)chunk.Tokens),
            PrefillScores = scores,
            PrefillWindowedScores = windowed,
            PrefillPast = chunks.Sum(chunk => (long)chunk.Job.Held),
            CompletedPrefills = chunks.Count(chunk => chunk.Job.Held + chunk.Tokens == chunk.Job.Target),
        };
    }

    private void Finish(List<Job> decoding, List<(Job Job, int Tokens)> chunks, Instant now)
    {
        foreach (Job job in decoding)
        {
            job.Held++;
            job.Produced++;
        }

        foreach ((Job job, int tokens) in chunks)
        {
            job.Held += tokens;
            if (job.Held == job.Target)
            {
                job.Produced++;
                job.FirstToken = job.FirstToken == Instant.Never ? now : job.FirstToken;
            }
        }

        foreach (Job job in _active.Where(job => job.Produced == job.Request.OutputTokens).ToList())
        {
            End(job, now <= job.Deadline ? RequestStatus.Completed : RequestStatus.TimedOut, now);
        }

        foreach (Job job in _active.Concat(_waiting).Where(job => job.Deadline <= now).ToList())
        {
            End(job, RequestStatus.TimedOut, now);
        }
    }

    private void End(Job job, RequestStatus status, Instant now)
    {
        _active.Remove(job);
        _waiting.Remove(job);
        _outcomes.Add(new RequestOutcome
        {
            Request = job.Request,
            Status = status,
            FirstScheduled = job.Scheduled,
            FirstToken = job.FirstToken,
            Finished = now,
            ProducedTokens = job.Produced,
            Preemptions = job.Preemptions,
        });
    }

    private long FreeAfterDecode() => (settings.KvCapacityTokens / settings.BlockSize) - _active.Sum(job => Blocks(job.Held + (job.Decodes ? 1 : 0)));

    private long Blocks(long tokens) => (tokens + settings.BlockSize - 1) / settings.BlockSize;

    private sealed class Job
    {
        public required Request Request { get; init; }

        public required Instant Deadline { get; init; }

        public int Target { get; set; }

        public int Held { get; set; }

        public int Produced { get; set; }

        public int Preemptions { get; set; }

        public Instant Scheduled { get; set; } = Instant.Never;

        public Instant FirstToken { get; set; } = Instant.Never;

        public bool Decodes => Held >= Target;
    }
}
