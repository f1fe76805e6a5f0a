using System.Collections.Immutable;

namespace LlmSim.Model.Calibration;

/// <summary>The constants of one kernel model, which files, fits and error bands handle by their table alone.</summary>
/// <typeparam name="T">The set itself.</typeparam>
public interface IConstants<T>
    where T : IConstants<T>
{
    /// <summary>Every constant, in the order of files and covariances.</summary>
    static abstract ImmutableArray<Constant<T>> Table { get; }

    /// <summary>Values that physics suggests for a device nobody measured: where a fit starts. A constant that is zero here is a term that does not run.</summary>
    static abstract T Typical { get; }
}
