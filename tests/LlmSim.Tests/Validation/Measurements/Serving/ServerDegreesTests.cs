using LlmSim.Validation.Measurements.Serving;
using Xunit;

namespace LlmSim.Tests.Validation.Measurements.Serving;

/// <summary>One deployment out of every convention by which public tables write parallel columns.</summary>
public sealed class ServerDegreesTests
{
    [Theory]
    [InlineData(16, 0, 4, 4, 4, 1, 4)] // tp = moe_tp x moe_ep, both N: N devices, heads and experts split N ways
    [InlineData(64, 0, 8, 8, 8, 1, 8)]
    [InlineData(1, 16, 4, 4, 4, 4, 4)] // the same with attention replicas
    [InlineData(1, 64, 8, 8, 8, 8, 8)]
    [InlineData(8, 8, 1, 64, 8, 8, 8)] // attention_dp = tp = N, moe_ep = N²
    [InlineData(1, 8, 1, 8, 8, 8, 8)] // tp = 1, attention_dp = N = moe_tp x moe_ep
    [InlineData(1, 8, 2, 4, 8, 8, 4)]
    [InlineData(8, 0, 1, 8, 8, 1, 8)] // tp = moe_tp x moe_ep otherwise
    [InlineData(8, 0, 8, 1, 8, 1, 1)]
    [InlineData(4, 0, 2, 2, 4, 1, 2)] // four devices of one node are four devices
    [InlineData(4, 1, 1, 1, 4, 1, 1)] // dense models
    [InlineData(2, 0, 0, 0, 2, 1, 1)]
    [InlineData(0, 0, 0, 0, 1, 1, 1)]
    public void A_convention_becomes_its_deployment(int tensor, int attention, int expertTensor, int expert, int devices, int data, int experts) =>
        Assert.Equal(new ServerDegrees(devices, data, experts), ServerDegrees.Canonical(tensor, attention, expertTensor, expert, 8));

    [Theory]
    [InlineData(2, 0, 4, 1)]
    [InlineData(8, 0, 1, 4)]
    [InlineData(8, 4, 1, 8)]
    [InlineData(8, 2, 0, 0)]
    public void Columns_that_make_no_deployment_make_none(int tensor, int attention, int expertTensor, int expert) =>
        Assert.Null(ServerDegrees.Canonical(tensor, attention, expertTensor, expert, 8));
}
