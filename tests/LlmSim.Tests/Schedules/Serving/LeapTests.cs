using CsCheck;
using LlmSim.Model.Units;
using LlmSim.Schedules.Serving;
using LlmSim.Schedules.Traffic;
using Xunit;

namespace LlmSim.Tests.Schedules.Serving;

public sealed class LeapTests
{
    private const int Scenarios = 4000;

    [Fact]
    public void Leaping_and_stepping_give_the_same_nanoseconds() =>
        Serving.Scenarios.Generate(wholeNanoseconds: false).Sample(
            scenario =>
            {
                (ServeResult leapt, List<RequestOutcome> leaps) = Run(scenario, scenario.Settings);
                (ServeResult stepped, List<RequestOutcome> steps) = Run(scenario, scenario.Settings with { Stepping = true });
                Assert.Equal(steps, leaps);
                AssertSame(stepped, leapt);
            },
            iter: Scenarios);

    [Fact]
    public void Leaping_and_stepping_agree_when_the_run_is_cut_off_and_replicas_share_the_load() =>
        Gen.Select(Serving.Scenarios.Generate(wholeNanoseconds: false), Gen.Int[1, 3], Gen.Int[1, 300]).Sample(
            (scenario, replicas, milliseconds) =>
            {
                ServeSettings settings = scenario.Settings with { Replicas = replicas, Duration = Seconds.Milliseconds(milliseconds) };
                (ServeResult leapt, List<RequestOutcome> leaps) = Run(scenario, settings);
                (ServeResult stepped, List<RequestOutcome> steps) = Run(scenario, settings with { Stepping = true });
                Assert.Equal(steps, leaps);
                AssertSame(stepped, leapt);
                AssertConserved(leapt);
            },
            iter: Scenarios);

    [Fact]
    public void A_loop_over_every_sequence_and_token_gives_the_same_nanoseconds() =>
        Serving.Scenarios.Generate(wholeNanoseconds: true).Sample(
            scenario =>
            {
                (ServeResult result, List<RequestOutcome> outcomes) = Run(scenario, scenario.Settings);
                NaiveServer naive = new(scenario.Settings, scenario.Price);
                List<RequestOutcome> expected = naive.Run(scenario.Requests);
                Assert.Equal(Comparable(expected), Comparable(outcomes));
                Assert.Equal(naive.Steps, result.Work.Steps);
            },
            iter: Scenarios);

    [Fact]
    public void Requests_and_blocks_are_conserved_and_every_run_ends() =>
        Serving.Scenarios.Generate(wholeNanoseconds: false).Sample(
            scenario =>
            {
                (ServeResult result, List<RequestOutcome> outcomes) = Run(scenario, scenario.Settings);
                Assert.Equal(ServeEnd.Drained, result.End);
                Assert.Equal(scenario.Requests.Length, result.Requests.Arrived);
                Assert.Equal(0, result.Requests.Unfinished);
                Assert.Equal(0, result.KvHeldTokens);
                Assert.InRange(result.KvPeakTokens, 0, scenario.Settings.KvCapacityTokens);
                Assert.InRange(result.Utilisation, 0, 1 + 1e-12);
                AssertConserved(result);
                Assert.All(outcomes.Where(outcome => outcome.Status == RequestStatus.Completed), AssertOrdered);
            },
            iter: Scenarios);

    private static (ServeResult Result, List<RequestOutcome> Outcomes) Run(Scenario scenario, ServeSettings settings)
    {
        List<RequestOutcome> outcomes = [];
        ServeResult result = ServeSimulation.Run(settings, scenario.Price, new ListSource(scenario.Requests), outcomes.Add, CancellationToken.None);
        return (result, outcomes);
    }

    private static void AssertSame(ServeResult expected, ServeResult actual)
    {
        Assert.Equal(expected.Rejections, actual.Rejections);
        Assert.Equal(expected.Classes.AsEnumerable(), actual.Classes);
        Assert.Equal(expected with { Rejections = actual.Rejections, Classes = actual.Classes }, actual);
    }

    private static void AssertConserved(ServeResult result)
    {
        RequestCounts counts = result.Requests;
        Assert.Equal(counts.Arrived, counts.Completed + counts.Rejected + counts.TimedOut + counts.Failed + counts.Unfinished);
        Assert.Equal(counts.Rejected, result.Rejections.Values.Sum());
    }

    private static void AssertOrdered(RequestOutcome outcome)
    {
        Assert.True(outcome.Request.Arrival <= outcome.FirstScheduled);
        Assert.True(outcome.FirstScheduled < outcome.FirstToken);
        Assert.True(outcome.FirstToken <= outcome.Finished);
        Assert.Equal(outcome.Request.OutputTokens, outcome.ProducedTokens);
    }

    private static IEnumerable<(long Id, RequestStatus Status, long Scheduled, long First, long End, int Tokens, int Preemptions)> Comparable(
        IEnumerable<RequestOutcome> outcomes) =>
        from outcome in outcomes
        orderby outcome.Request.Id
        let known = outcome.Status != RequestStatus.Rejected
        let produced = outcome.ProducedTokens
        select (outcome.Request.Id, outcome.Status, known ? outcome.FirstScheduled.Nanoseconds : 0, known ? outcome.FirstToken.Nanoseconds : 0,
            outcome.Finished.Nanoseconds, produced, outcome.Preemptions);
}
