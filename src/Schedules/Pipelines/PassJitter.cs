using LlmSim.Model.Draws;

namespace LlmSim.Schedules.Pipelines;

/// <summary>How far passes stray from their mean time: noise of each pass, and stages that are slow throughout.</summary>
/// <remarks>
/// A pass takes exp(σz) times as long, z standard normal. Devices that exchange within a pass wait for the slowest of them, so z is the largest of as many draws:
/// the quantile at u^(1/n), one draw for any number of ranks. Draws depend on seed, stage and the pass's place alone.
/// </remarks>
/// <param name="Seed">Seed of the draws.</param>
/// <param name="Sigma">Standard deviation σ of the logarithm of a pass's time, at least 0.</param>
public sealed record PassJitter(long Seed, double Sigma)
{
    /// <summary>Devices of a stage that wait for each other within a pass.</summary>
    public int Ranks { get; init; } = 1;

    /// <summary>A stage that is slow throughout; -1 for none.</summary>
    public int Straggler { get; init; } = -1;

    /// <summary>Time of the straggler's passes relative to the others'.</summary>
    public double StragglerFactor { get; init; } = 1;

    /// <summary>What a pass's time is multiplied by.</summary>
    /// <param name="stage">Its stage.</param>
    /// <param name="place">Its place in the stage's order.</param>
    public double Factor(int stage, int place)
    {
        double slow = stage == Straggler ? StragglerFactor : 1;
        if (Sigma <= 0)
        {
            return slow;
        }

        double draw = Math.Pow(new CounterRandom(Seed, stage).Uniform(place), 1d / Ranks);
        return slow * Math.Exp(Sigma * NormalQuantile.At(Math.Min(draw, 1 - 1e-16)));
    }
}
