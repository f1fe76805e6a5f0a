using LlmSim.Model.Units;

namespace LlmSim.Schedules.Fleet;

/// <summary>Why a fleet changed.</summary>
public enum FleetChange
{
    /// <summary>The autoscaler asked for more replicas.</summary>
    ScaleUp,

    /// <summary>The autoscaler asked for fewer replicas.</summary>
    ScaleDown,

    /// <summary>A replica began to take requests.</summary>
    Ready,

    /// <summary>A replica was told to finish what it has.</summary>
    Drain,

    /// <summary>A replica ended with nothing left to do.</summary>
    Gone,

    /// <summary>A replica was ended with requests on it, as its grace was over.</summary>
    Killed,

    /// <summary>A replica failed.</summary>
    Failed,

    /// <summary>A replica was wanted, but the quota of nodes had no place for it.</summary>
    NoQuota,

    /// <summary>A rolling update began.</summary>
    RolloutBegins,

    /// <summary>A rolling update was through.</summary>
    RolloutEnds,
}

/// <summary>A change of a fleet.</summary>
/// <param name="Time">When.</param>
/// <param name="Pool">Whose.</param>
/// <param name="Change">What.</param>
/// <param name="Wanted">Replicas that are asked for from then on.</param>
/// <param name="Ready">Replicas that take requests from then on.</param>
public readonly record struct FleetEvent(Instant Time, string Pool, FleetChange Change, int Wanted, int Ready);
