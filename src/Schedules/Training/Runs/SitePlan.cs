using LlmSim.Model.Units;

namespace LlmSim.Schedules.Training.Runs;

/// <summary>What the building and its grid make of the machines' energy.</summary>
/// <param name="PowerUsageEffectiveness">Energy of the whole site for each unit that reaches the machines (PUE); at least one.</param>
/// <param name="Carbon">Emissions of the grid; null where none are asked for.</param>
/// <param name="EnergyPrice">Price of electricity; null where it is part of the rent.</param>
public sealed record SitePlan(double PowerUsageEffectiveness, CarbonIntensity? Carbon, EnergyPrice? EnergyPrice)
{
    /// <summary>Energy as it reaches the machines, without price and emissions.</summary>
    public static readonly SitePlan Neutral = new(1, null, null);
}
