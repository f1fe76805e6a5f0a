namespace LlmSim.Model.Hardware;

/// <summary>Where one figure of a catalog record comes from.</summary>
/// <param name="Source">The data sheet, paper or table that states it.</param>
/// <param name="Verified">False where no source was found that could be checked: typed from memory, derived, or contradictory.</param>
public sealed record Figure(string Source, bool Verified);
