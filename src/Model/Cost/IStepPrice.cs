using LlmSim.Model.Operators;
using LlmSim.Model.Units;

namespace LlmSim.Model.Cost;

/// <summary>What an iteration of a serving engine costs, and what a run of equal decode iterations costs together.</summary>
public interface IStepPrice
{
    /// <summary>The attention window of the model's windowed layers in tokens; zero where no layer has one.</summary>
    int Window { get; }

    /// <summary>The time of one iteration.</summary>
    Seconds Price(in StepBatch batch);

    /// <summary>The time of the first <paramref name="steps"/> decode iterations of an unchanging batch, exactly the sum of their single prices.</summary>
    /// <param name="sequences">Sequences n that decode.</param>
    /// <param name="context">Sum of their contexts in the first of these iterations; it grows by n each iteration.</param>
    /// <param name="windowedContext">Sum of their windowed contexts in the first iteration.</param>
    /// <param name="windowedGrowth">By how much the windowed sum grows each iteration: the number of sequences still below the window during all of these iterations.</param>
    /// <param name="steps">Number of iterations, at least zero.</param>
    Seconds DecodeSteps(int sequences, long context, long windowedContext, int windowedGrowth, int steps);
}
