using LlmSim.Model.Hardware;
using LlmSim.Model.Units;

namespace LlmSim.Model.Cost;

/// <summary>Mean board power from what bounds the work at each moment.</summary>
/// <remarks>
/// Not validated: no measurement in the project's tables has power. Power is highest where arithmetic bounds, streaming alone draws most of the limit
/// (572 of 700 W were seen on H200), links and waiting draw little. Idle power is an eighth of the limit unless the data sheet says otherwise.
/// </remarks>
public static class PowerModel
{
    private const double ComputeShare = 0.95;
    private const double MemoryShare = 0.8;
    private const double NetworkShare = 0.4;
    private const double IdleShare = 1d / 8;

    /// <summary>Power of an idle board.</summary>
    public static Watts Idle(Accelerator accelerator) => accelerator.IdlePower > Watts.Zero ? accelerator.IdlePower : accelerator.PowerLimit * IdleShare;

    /// <summary>Energy of one board over work of which the rest of <paramref name="whole"/> is waiting; zero where no power limit is known.</summary>
    public static Joules Energy(Accelerator accelerator, in CostBreakdown busy, Seconds whole)
    {
        Watts idle = Idle(accelerator);
        Watts above = accelerator.PowerLimit - idle;
        Joules work = (above * ComputeShare * busy.Compute) + (above * MemoryShare * busy.Memory) + (above * NetworkShare * busy.Network);
        return (idle * whole) + work;
    }
}
