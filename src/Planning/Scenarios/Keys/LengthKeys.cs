using System.Collections.Immutable;

namespace LlmSim.Planning.Scenarios.Keys;

/// <summary>The keys of how many tokens prompts and answers have.</summary>
internal static class LengthKeys
{
    private static readonly ScenarioKey<int> Min = Key.Required("min", Shapes.Count, "Fewest tokens.");
    private static readonly ScenarioKey<int> Max = Key.Required("max", Shapes.Count, "Most tokens.");
    private static readonly ScenarioKey<int> Mean = Key.Required("mean", Shapes.Count, "Mean number of tokens, before longer draws are cut.");
    private static readonly ScenarioKey<double> Variation =
        Key.Required("cv", Shapes.Ratio, "Coefficient of variation: standard deviation over mean.");
    private static readonly ScenarioKey<int> Cut = Key.Optional("max", Shapes.Count, "Most tokens: longer draws are cut to it; without it no limit.");

    private static readonly ScenarioKey<TokenLengths> Fixed =
        Key.Optional("fixed", new MappedShape<int, TokenLengths>(Shapes.Count, static n => new FixedLengths(n)), "Always this number of tokens.");

    private static readonly ScenarioKey<TokenLengths> Uniform = Key.Optional(
        "uniform",
        new SectionShape<TokenLengths>(
            new Section("Every number of tokens in a range is as likely.", [Min, Max]) { Check = CheckRange },
            static v => new UniformLengths(v.Of(Min), v.Of(Max))),
        "Every number in a range is as likely.");

    private static readonly ScenarioKey<TokenLengths> Lognormal = Key.Optional(
        "lognormal",
        new SectionShape<TokenLengths>(
            new Section("Lognormal numbers of tokens: many short, few long.", [Mean, Variation, Cut]),
            static v => new LognormalLengths(v.Of(Mean), v.Of(Variation), v.MaybeValue(Cut))),
        "Lognormal: many short, few long.");

    private static readonly ScenarioKey<TokenLengths> Exponential = Key.Optional(
        "exponential",
        new SectionShape<TokenLengths>(
            new Section("Exponential numbers of tokens.", [Mean, Cut]),
            static v => new ExponentialLengths(v.Of(Mean), v.MaybeValue(Cut))),
        "Exponential: shorter ones are likelier.");

    private static readonly ImmutableArray<ScenarioKey> Kinds = [Fixed, Uniform, Lognormal, Exponential];
    private static readonly KeyGroup Group = new(Kinds, AtLeastOne: true, AtMostOne: true);

    /// <summary>A number, or a distribution.</summary>
    public static readonly ValueShape<TokenLengths> Lengths = new EitherShape<TokenLengths>(
        new MappedShape<int, TokenLengths>(Shapes.Count, static n => new FixedLengths(n)),
        new SectionShape<TokenLengths>(
            new Section("How many tokens prompts or answers have.", Kinds) { Groups = [Group], Heading = "lengths" },
            static v => v.Chosen<TokenLengths>(Group)),
        Fixed);

    private static void CheckRange(SectionValues values, Binding binding)
    {
        if (values.TryGet(Min, out int min) && values.TryGet(Max, out int max) && max < min)
        {
            string path = ValueShape.Join(values.Path, Max.Name);
            binding.Refuse(values.NodeOf(Max), path, $"'{path}' is {max}, below min: expected an integer of at least {min}");
        }
    }
}
