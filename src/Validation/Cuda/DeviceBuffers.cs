using ILGPU;
using ILGPU.Runtime;
using LlmSim.Model.Draws;

namespace LlmSim.Validation.Cuda;

/// <summary>An accelerator with memory that is filled from a seed or poisoned. Owns what it allocated.</summary>
public sealed class DeviceBuffers : IDisposable
{
    private readonly List<IDisposable> _buffers = [];
    private int _streams;

    /// <summary>Buffers on an accelerator.</summary>
    public DeviceBuffers(Accelerator accelerator) => Accelerator = accelerator;

    /// <summary>The accelerator.</summary>
    public Accelerator Accelerator { get; }

    /// <summary>Numbers between -1 and 1 that a seed gives, another stream of them at each call.</summary>
    public float[] Random(long seed, int length)
    {
        var random = new CounterRandom(seed, _streams++);
        return [.. Enumerable.Range(0, length).Select(i => (float)((2 * random.Uniform(i)) - 1))];
    }

    /// <summary>A copy on the device.</summary>
    public ArrayView<T> Put<T>(T[] values)
        where T : unmanaged
    {
        MemoryBuffer1D<T, Stride1D.Dense> buffer = Accelerator.Allocate1D(values);
        _buffers.Add(buffer);
        return buffer.View;
    }

    /// <summary>Memory for an output, full of what is no number, so that whatever is not written is found.</summary>
    public ArrayView<float> Poisoned(int length)
    {
        float[] poison = new float[length];
        Array.Fill(poison, float.NaN);
        return Put(poison);
    }

    /// <summary>What is in the memory once all work is done.</summary>
    public T[] Get<T>(ArrayView<T> view)
        where T : unmanaged
    {
        Accelerator.Synchronize();
        var values = new T[view.Length];
        view.CopyToCPU(values);
        return values;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (IDisposable buffer in _buffers)
        {
            buffer.Dispose();
        }
    }
}
