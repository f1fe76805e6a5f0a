namespace LlmSim.Validation.Measurements;

/// <summary>The work of a measured row, in the terms of the simulator. Each kind has its own predictor.</summary>
public abstract record MeasuredWork;
