using LlmSim.Schedules.Serving;
using LlmSim.Schedules.Training;

namespace LlmSim.Cli.Output.Json;

/// <summary>A prediction taken apart for programs.</summary>
internal static class ExplainJson
{
    /// <summary>Writes the levels from the whole down to operators, then the formulas.</summary>
    public static JsonAnswer Explain(this JsonAnswer json, Explanation explanation)
    {
        json.Text("kind", explanation.Kind).Flag("feasible", true);
        _ = explanation switch
        {
            TrainExplanation train => json.Step(train.Result),
            ServeExplanation serve => json.Run(serve.Prediction),
            _ => json,
        };
        foreach ((string name, OperatorRows rows) in explanation.Tables)
        {
            json.Operators(name, rows);
        }

        return json
            .List("formulas", explanation.Formulas, static (o, f) => o.Text("name", f.Name).Text("formula", f.Formula).Text("source", f.Source))
            .Texts("notes", explanation.Notes);
    }

    private static JsonAnswer Step(this JsonAnswer json, TrainResult result) => json
        .Number("step_seconds", result.Step.Value)
        .Object("breakdown_seconds", o => o.Breakdown(result.Breakdown))
        .Object("pipeline", o => o
            .Number("replayed_seconds", result.Pipeline.Value)
            .Number("closed_form_seconds", result.ClosedForm.Value)
            .Number("stage_hop_seconds", result.StageHop.Value)
            .Number("bubble_fraction", result.BubbleFraction))
        .List("chunks", result.Chunks, static (o, chunk) => o
            .Number("forward_seconds", chunk.Forward.Total.Value)
            .Number("backward_input_seconds", chunk.BackwardInput.Total.Value)
            .Number("backward_weight_seconds", chunk.BackwardWeight.Total.Value)
            .Object("parts_seconds", p => p.Parts(chunk.Whole.Parts)))
        .Number("model_flops_per_step", result.ModelFlops.Value)
        .Number("hardware_flops_per_step", result.HardwareFlops.Value)
        .Number("mfu", result.Mfu);

    private static JsonAnswer Run(this JsonAnswer json, ServePrediction prediction)
    {
        ServeResult result = prediction.Result;
        return json
            .Object("mean_request_seconds", o => o
                .Number("queue", result.Queue?.Mean.Value)
                .Number("ttft", result.Ttft?.Mean.Value)
                .Number("tpot", result.Tpot?.Mean.Value)
                .Number("e2e", result.EndToEnd?.Mean.Value))
            .Object("mean_iteration_seconds", o => o.Parts(prediction.MeanStep))
            .Count("iterations", result.Work.Steps)
            .Number("mean_batch_size", result.MeanBatchSize)
            .Number("utilization", result.Utilisation);
    }
}
