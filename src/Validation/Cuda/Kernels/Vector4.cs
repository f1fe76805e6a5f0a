using System.Runtime.InteropServices;

namespace LlmSim.Validation.Cuda.Kernels;

/// <summary>Four numbers of single precision that a device loads and stores at once.</summary>
/// <param name="X">The first.</param>
/// <param name="Y">The second.</param>
/// <param name="Z">The third.</param>
/// <param name="W">The fourth.</param>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct Vector4(float X, float Y, float Z, float W);
