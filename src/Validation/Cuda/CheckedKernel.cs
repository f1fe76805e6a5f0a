using System.Collections.Immutable;
using System.Reflection;

namespace LlmSim.Validation.Cuda;

/// <summary>A kernel that calibration measures: how it is called, what it is held to, and whether only a CUDA device can run it.</summary>
/// <param name="Name">What tables call it.</param>
/// <param name="Entries">The methods that run on the device.</param>
/// <param name="Tolerance">Largest relative error of its output, as the Frobenius norm of the difference over that of the reference in double precision.</param>
/// <param name="NeedsCuda">Whether it has inline PTX.</param>
/// <param name="Check">Runs it on fresh inputs of a small size and compares.</param>
public sealed record CheckedKernel(string Name, ImmutableArray<MethodInfo> Entries, double Tolerance, bool NeedsCuda, Func<DeviceBuffers, long, KernelCheck> Check);
