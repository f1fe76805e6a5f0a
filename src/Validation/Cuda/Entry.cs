using System.Reflection;

namespace LlmSim.Validation.Cuda;

/// <summary>The methods behind kernels.</summary>
internal static class Entry
{
    internal static MethodInfo Of<T>(Action<T> kernel) => kernel.Method;

    internal static MethodInfo Of<T1, T2>(Action<T1, T2> kernel) => kernel.Method;

    internal static MethodInfo Of<T1, T2, T3>(Action<T1, T2, T3> kernel) => kernel.Method;

    internal static MethodInfo Of<T1, T2, T3, T4>(Action<T1, T2, T3, T4> kernel) => kernel.Method;

    internal static MethodInfo Of<T1, T2, T3, T4, T5>(Action<T1, T2, T3, T4, T5> kernel) => kernel.Method;

    internal static MethodInfo Of<T1, T2, T3, T4, T5, T6>(Action<T1, T2, T3, T4, T5, T6> kernel) => kernel.Method;

    internal static MethodInfo Of<T1, T2, T3, T4, T5, T6, T7>(Action<T1, T2, T3, T4, T5, T6, T7> kernel) => kernel.Method;

    internal static MethodInfo Of<T1, T2, T3, T4, T5, T6, T7, T8>(Action<T1, T2, T3, T4, T5, T6, T7, T8> kernel) => kernel.Method;
}
