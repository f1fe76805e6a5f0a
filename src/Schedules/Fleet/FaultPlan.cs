using LlmSim.Model.Units;

namespace LlmSim.Schedules.Fleet;

/// <summary>How replicas fail: at exponential times, each on its own, and with everything that was under way on them.</summary>
/// <param name="Mtbf">Mean time between failures of one replica.</param>
/// <param name="Detection">Time until a failed replica is replaced.</param>
/// <param name="Resend">Whether the gateway sends the requests of a failed replica again; otherwise they are lost.</param>
public sealed record FaultPlan(Seconds Mtbf, Seconds Detection, bool Resend);
