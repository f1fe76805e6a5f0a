using LlmSim.Schedules.Serving;

namespace LlmSim.Validation.Measurements.Serving;

/// <summary>A whole run of a server under some traffic. Rows that measure the same run share one instance, so that it is simulated once.</summary>
/// <param name="Job">The server, with the efficiency that the catalog has for its device.</param>
/// <param name="Traffic">Its requests.</param>
public sealed record ServeWork(ServeJob Job, ServeTraffic Traffic) : MeasuredWork;

/// <summary>One request of a recorded run.</summary>
/// <param name="Run">The run.</param>
/// <param name="Request">Position of the request in order of arrival, from zero.</param>
public sealed record RequestWork(ServeWork Run, int Request) : MeasuredWork;
