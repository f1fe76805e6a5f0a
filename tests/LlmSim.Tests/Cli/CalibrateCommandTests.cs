using System.Text.Json;
using LlmSim.Cli;
using LlmSim.Validation.Cuda;
using Xunit;

namespace LlmSim.Tests.Cli;

public sealed class CalibrateCommandTests
{
    [Fact]
    public void On_the_cpu_every_kernel_is_right_or_says_why_it_was_left_out()
    {
        Session session = Session.Run("calibrate", "--cpu", "--json");
        JsonElement answer = session.Json();
        Assert.Equal(ExitCode.Answer, session.Code);
        Assert.Equal("CPU", answer.GetProperty("device").GetString());
        JsonElement[] kernels = [.. answer.GetProperty("kernels").EnumerateArray()];
        Assert.Equal(CudaKernels.All.Length, kernels.Length);
        Assert.Equal("gemm-mma", Assert.Single(kernels, static k => k.GetProperty("right").ValueKind == JsonValueKind.Null).GetProperty("name").GetString());
        Assert.All(kernels.Where(static k => k.GetProperty("right").ValueKind != JsonValueKind.Null), static k => Assert.True(k.GetProperty("right").GetBoolean()));
    }
}
