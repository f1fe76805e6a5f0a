using System.Collections.Immutable;
using LlmSim.Planning.Jobs;
using LlmSim.Planning.Scenarios;
using LlmSim.Schedules.Training;
using LlmSim.Tests.Planning.Scenarios;
using Xunit;

namespace LlmSim.Tests.Planning.Jobs;

/// <summary>Modes of training that cannot be are told with what is legal.</summary>
public sealed class ModeRulesTests
{
    private const string Plain = """
        kind: train
        model: MODEL
        node: dgx-h100
        parallel: {tensor: 2, data: 2}
        training:
          micro_batch: 1
          global_batch: 4
          sequence_length: 1024
          MODE
        """;

    [Theory]
    [InlineData("llama-2-7b", "lora: {rank: 8}")]
    [InlineData("llama-2-7b", "optimizer_state: paged")]
    [InlineData("llama-2-7b", "optimizer_state: host")]
    [InlineData("llama-2-7b", "optimizer_state: nvme")]
    [InlineData("llama-2-7b", "offload_activations: 50 %")]
    [InlineData("llama-2-7b", "loss_scaling: {skipped: 1 %}\n  precision: fp16")]
    [InlineData("llama-2-7b", "recompute_layers: 4\n  recompute: full")]
    [InlineData("llama-2-7b", "recompute_operators: 'norms, activations'")]
    [InlineData("llama-2-7b", "kept_inputs: fp8\n  precision: fp8")]
    [InlineData("mixtral-8x7b", "framework: {keep_expert_results: false}")]
    [InlineData("llama-2-7b", "overlap: {bucket: 25 MB}")]
    [InlineData("mixtral-8x7b", "experts: {capacity_factor: 1.25}")]
    [InlineData("mixtral-8x7b", "experts: {imbalance: 30 %}")]
    [InlineData("llama-2-7b", "sparse_weights: transposable")]
    [InlineData("llama-2-7b", "low_rank: {rank: 256}")]
    [InlineData("llama-2-7b", "pruned: {layers: 16, intermediate: 5504}")]
    [InlineData("llama-2-7b", "frozen: {layers: 16}")]
    [InlineData("llama-2-7b", "teacher: llama-2-13b")]
    [InlineData("mixtral-8x7b", "lora: {rank: 8, targets: 'query,key,value,output'}")]
    public void A_legal_mode_becomes_a_step(string model, string mode)
    {
        TrainJob? job = Bind(model, mode, out ImmutableArray<Problem> problems);
        Assert.Empty(problems);
        Assert.True(TrainStep.Simulate(job!).Step.Value > 0);
    }

    [Theory]
    [InlineData("mixtral-8x7b", "lora: {rank: 8, targets: down}", "names down, which no layer of mixtral-8x7b has as a matrix: legal are query, key, value, output")]
    [InlineData("llama-2-7b", "lora: {rank: 8, base: nf4}", "nf4 under tensor parallelism of 2")]
    [InlineData("llama-2-7b", "frozen: {layers: 33}", "legal are 0 to 32")]
    [InlineData("llama-2-7b", "teacher: llama-3-8b", "legal are models with the 32000 of llama-2-7b")]
    [InlineData("llama-2-7b", "loss_scaling: {}", "legal is precision: fp16, or no scaling")]
    [InlineData("llama-2-7b", "recompute_operators: up_projections", "names up_projections, which llama-2-7b does not have: legal are norms and activations")]
    [InlineData("llama-2-7b", "recompute_operators: norms\n  recompute: full", "legal are recompute: none or selective")]
    [InlineData("llama-2-7b", "recompute_layers: 4", "legal are 1, or recompute: full")]
    [InlineData("llama-3.1-405b", "optimizer_state: host", "legal are placements that fit, or a higher 'parallel.zero_stage'")]
    [InlineData("llama-2-7b", "data_parallel: single-process", "zero_stage: 0 and data of at most 8, or distributed")]
    [InlineData("llama-2-7b", "experts: {capacity_factor: 1.25}", "or a model of experts")]
    [InlineData("llama-2-7b", "sparse_weights: forward\n  precision: fp32", "legal is none, or a precision of tf32, bf16, fp16, fp8")]
    [InlineData("llama-2-7b", "pruned: {layers: 33}", "layers is 33, but llama-2-7b has 32: legal are 1 to 32")]
    [InlineData("llama-3-8b", "pruned: {heads: 20}", "20 heads are no multiple of 8 KV heads: legal kv_heads are 1, 2, 4, 5, 10, 20")]
    [InlineData("llama-2-7b", "low_rank: {rank: 64}\n  lora: {rank: 8}", "stands beside 'training.lora'")]
    public void An_illegal_mode_is_told_with_what_is_legal(string model, string mode, string message)
    {
        Assert.Null(Bind(model, mode, out ImmutableArray<Problem> problems));
        Assert.Contains(problems, problem => problem.Message.Contains(message, StringComparison.Ordinal));
        Assert.InRange(problems[0].Line, 9, 10);
    }

    private static TrainJob? Bind(string model, string mode, out ImmutableArray<Problem> problems)
    {
        string text = Samples.With(Samples.With(Plain, "MODEL", model), "MODE", mode);
        return ScenarioJobs.Bind(Samples.Good<TrainScenario>(text), out problems, out _);
    }
}
