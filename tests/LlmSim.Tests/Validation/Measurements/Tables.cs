using System.Text;
using LlmSim.Validation.Measurements;

namespace LlmSim.Tests.Validation.Measurements;

/// <summary>Small tables written by hand.</summary>
internal static class Tables
{
    public const string GemmHeader = "gpu,dtype,m,n,k,seconds,stack";

    /// <summary>Reads the lines of a CSV of this name.</summary>
    public static MeasurementFile Read(string name, params string[] lines)
    {
        using var content = new MemoryStream(Encoding.UTF8.GetBytes(string.Join('\n', lines) + "\n"));
        return MeasurementSource.Read(name, content);
    }

    /// <summary>The operator of a row.</summary>
    public static KernelWork Kernel(this MeasuredRow row) => (KernelWork)row.Work!;
}
