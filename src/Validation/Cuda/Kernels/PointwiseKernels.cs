using ILGPU;
using ILGPU.Algorithms;

namespace LlmSim.Validation.Cuda.Kernels;

/// <summary>Element-wise operators, one at a time and fused: a chain of k operators moves k times as much as their fusion.</summary>
public static class PointwiseKernels
{
    private const float SqrtTwoOverPi = 0.7978845608f;
    private const float GeluCubic = 0.044715f;

    /// <summary>target = a + b.</summary>
    public static void Add(ArrayView<float> a, ArrayView<float> b, ArrayView<float> target)
    {
        for (long i = Grid.GlobalLinearIndex; i < a.Length; i += (long)Grid.DimX * Group.DimX)
        {
            target[i] = a[i] + b[i];
        }
    }

    /// <summary>target = max(0, a).</summary>
    public static void Relu(ArrayView<float> a, ArrayView<float> target)
    {
        for (long i = Grid.GlobalLinearIndex; i < a.Length; i += (long)Grid.DimX * Group.DimX)
        {
            target[i] = XMath.Max(0f, a[i]);
        }
    }

    /// <summary>target = max(0, a + b), fused.</summary>
    public static void AddRelu(ArrayView<float> a, ArrayView<float> b, ArrayView<float> target)
    {
        for (long i = Grid.GlobalLinearIndex; i < a.Length; i += (long)Grid.DimX * Group.DimX)
        {
            target[i] = XMath.Max(0f, a[i] + b[i]);
        }
    }

    /// <summary>target = cos(a).</summary>
    public static void Cos(ArrayView<float> a, ArrayView<float> target)
    {
        for (long i = Grid.GlobalLinearIndex; i < a.Length; i += (long)Grid.DimX * Group.DimX)
        {
            target[i] = XMath.Cos(a[i]);
        }
    }

    /// <summary>target = cos(cos(a)), fused.</summary>
    public static void CosCos(ArrayView<float> a, ArrayView<float> target)
    {
        for (long i = Grid.GlobalLinearIndex; i < a.Length; i += (long)Grid.DimX * Group.DimX)
        {
            target[i] = XMath.Cos(XMath.Cos(a[i]));
        }
    }

    /// <summary>target = a + bias of its column.</summary>
    public static void Bias(ArrayView<float> a, ArrayView<float> bias, ArrayView<float> target)
    {
        for (long i = Grid.GlobalLinearIndex; i < a.Length; i += (long)Grid.DimX * Group.DimX)
        {
            target[i] = a[i] + bias[i % bias.Length];
        }
    }

    /// <summary>target = gelu(a) in the form with tanh (Hendrycks 2016, arXiv 1606.08415, section 2).</summary>
    public static void Gelu(ArrayView<float> a, ArrayView<float> target)
    {
        for (long i = Grid.GlobalLinearIndex; i < a.Length; i += (long)Grid.DimX * Group.DimX)
        {
            target[i] = GeluOf(a[i]);
        }
    }

    /// <summary>target = factor x a.</summary>
    public static void Scale(ArrayView<float> a, ArrayView<float> target, float factor)
    {
        for (long i = Grid.GlobalLinearIndex; i < a.Length; i += (long)Grid.DimX * Group.DimX)
        {
            target[i] = factor * a[i];
        }
    }

    /// <summary>target = factor x gelu(a + bias), fused.</summary>
    public static void BiasGeluScale(ArrayView<float> a, ArrayView<float> bias, ArrayView<float> target, float factor)
    {
        for (long i = Grid.GlobalLinearIndex; i < a.Length; i += (long)Grid.DimX * Group.DimX)
        {
            target[i] = factor * GeluOf(a[i] + bias[i % bias.Length]);
        }
    }

    private static float GeluOf(float x)
    {
        // tanh(u) = 1 - 2 / (exp(2u) + 1), which neither overflows nor loses its sign.
        float u = SqrtTwoOverPi * (x + (GeluCubic * x * x * x));
        return 0.5f * x * (2f - (2f / (XMath.Exp(2f * u) + 1f)));
    }
}
