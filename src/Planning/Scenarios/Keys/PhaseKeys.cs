using System.Collections.Immutable;
using LlmSim.Model.Parallelism;

namespace LlmSim.Planning.Scenarios.Keys;

/// <summary>The keys of a run's phases.</summary>
internal static class PhaseKeys
{
    private static readonly ScenarioKey<string> Name = Key.Required("name", Shapes.Text, "What reports call the phase, such as `pretraining`.");
    private static readonly ScenarioKey<long> Tokens = Key.Optional("tokens", Shapes.LongCount, "Tokens of the phase.");
    private static readonly ScenarioKey<long> Steps = Key.Optional("steps", Shapes.LongCount, "Optimizer steps of the phase, in place of tokens.");

    private static readonly ScenarioKey<int> SequenceLength =
        Key.Optional("sequence_length", Shapes.Count, "Tokens in one sequence; without it as in `training`.");

    private static readonly ScenarioKey<int> GlobalBatch =
        Key.Optional("global_batch", Shapes.Count, "Sequences in one optimizer step; without it as in `training`.");

    private static readonly ScenarioKey<int> MicroBatch =
        Key.Optional("micro_batch", Shapes.Count, "Sequences in one microbatch on one data-parallel rank; without it as in `training`.");

    private static readonly ScenarioKey<ParallelLayout> Parallel =
        Key.Optional("parallel", HardwareKeys.Parallel, "A layout of the phase's own, on the same number of accelerators; without it that of the file.");

    /// <summary>The phases of a run.</summary>
    public static readonly ListShape<PhaseOptions> Phases = new(new SectionShape<PhaseOptions>(
        new Section(
            "Phases of the run, one after the other on the same accelerators, such as pretraining, context extension and fine-tuning.",
            [Name, Tokens, Steps, SequenceLength, GlobalBatch, MicroBatch, Parallel])
        {
            Groups = [new KeyGroup([Tokens, Steps], AtLeastOne: true, AtMostOne: true)],
        },
        static v => new PhaseOptions
        {
            Name = v.Of(Name),
            Path = v.Path,
            Tokens = v.MaybeValue(Tokens),
            Steps = v.MaybeValue(Steps),
            SequenceLength = v.MaybeValue(SequenceLength),
            GlobalBatch = v.MaybeValue(GlobalBatch),
            MicroBatch = v.MaybeValue(MicroBatch),
            Parallel = v.MaybeObject(Parallel),
        }));

    /// <summary>Refuses a phase whose layout or batch does not go with the accelerators of the run.</summary>
    public static void Check(PhaseOptions phase, TrainingOptions training, ParallelLayout whole, ScenarioNode root, Binding binding)
    {
        ParallelLayout layout = phase.Parallel ?? whole;
        if (layout.WorldSize != whole.WorldSize)
        {
            string path = ValueShape.Join(phase.Path, Parallel.Name);
            binding.Refuse(root.Find(path), path,
                $"'{path}' asks for {layout.WorldSize} accelerators, but the run has {whole.WorldSize}: all phases use the same");
        }

        int batch = phase.GlobalBatch ?? training.GlobalBatch;
        int micro = phase.MicroBatch ?? training.MicroBatch;
        long perRound = (long)micro * layout.Data;
        if (batch % perRound != 0)
        {
            string path = ValueShape.Join(phase.Path, GlobalBatch.Name);
            binding.Refuse(root.Find(path), path,
                $"'{path}' is {batch}, which is no multiple of micro_batch x data = {micro} x {layout.Data} = {perRound}");
        }
    }
}
