using System.Globalization;
using System.Text;
using LlmSim.Model.Calibration;
using LlmSim.Model.Parallelism;
using LlmSim.Model.Units;

namespace LlmSim.Cli.Output;

/// <summary>Numbers and layouts in words, the same in every answer.</summary>
internal static class Words
{
    /// <summary>A share of one as a percentage with a width that lines up.</summary>
    public static string Percent(double share) => (share * 100).ToString("0.0", CultureInfo.InvariantCulture) + " %";

    /// <summary>A plain number with one digit after the point.</summary>
    public static string OneDecimal(double number) => number.ToString("#,##0.0", CultureInfo.InvariantCulture);

    /// <summary>A count with separators between thousands.</summary>
    public static string Count(double count) => count.ToString("#,##0", CultureInfo.InvariantCulture);

    /// <summary>Copies of parameters.</summary>
    public static string Copies(int copies) => copies == 1 ? "1 copy" : Count(copies) + " copies";

    /// <summary>A rate in units a second, four digits.</summary>
    public static string Rate(double perSecond, string what) =>
        (Math.Abs(perSecond) >= 10_000 ? Count(perSecond) : QuantityText.PrintNumber(perSecond)) + $" {what}/s";

    /// <summary>A large number with a decimal prefix in words, such as <c>8.03 B</c> parameters.</summary>
    public static string Short(double count) => count switch
    {
        >= 1e12 => QuantityText.PrintNumber(count / 1e12) + " T",
        >= 1e9 => QuantityText.PrintNumber(count / 1e9) + " B",
        >= 1e6 => QuantityText.PrintNumber(count / 1e6) + " M",
        _ => Count(count),
    };

    /// <summary>A layout, leaving out what is not split.</summary>
    public static string Layout(ParallelLayout layout)
    {
        List<string> parts = [];
        Add("TP", layout.Tensor);
        Add("PP", layout.Pipeline);
        Add("virtual stages", layout.VirtualStages);
        Add("DP", layout.Data);
        Add(layout.ContextKind == ContextKind.Ulysses ? "CP (Ulysses)" : "CP", layout.Context);
        Add("EP", layout.Expert);
        string degrees = parts.Count == 0 ? "one device" : string.Join(" × ", parts);
        string sequence = layout.SequenceParallel ? ", sequence parallel" : string.Empty;
        string zero = layout.ZeroStage > 0 ? Invariant($", ZeRO {layout.ZeroStage}") : string.Empty;
        return degrees + sequence + zero;

        void Add(string name, int degree)
        {
            if (degree > 1)
            {
                parts.Add(Invariant($"{name} {degree}"));
            }
        }
    }

    /// <summary>Which device is shown where all are alike.</summary>
    public static string OnOneOf(int devices) => devices == 1 ? "on the one device" : $"on one of {Count(devices)} devices";

    /// <summary>A text whose numbers are written in the invariant culture.</summary>
    public static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    /// <summary>A name of code as words: <c>FullAttention</c> becomes <c>full attention</c>.</summary>
    public static string Spelt<T>(T value)
        where T : struct, Enum
    {
        var words = new StringBuilder();
        foreach (char letter in value.ToString())
        {
            _ = char.IsUpper(letter) && words.Length > 0 ? words.Append(' ') : words;
            words.Append(char.ToLowerInvariant(letter));
        }

        return words.ToString();
    }

    /// <summary>A name of code as a key of JSON: <c>FullAttention</c> becomes <c>full_attention</c>.</summary>
    public static string Key<T>(T value)
        where T : struct, Enum => Spelt(value).Replace(' ', '_');

    /// <summary>The ends of a band of times.</summary>
    public static string Band(PredictionBand band) => $"{new Seconds(band.Low)} to {new Seconds(band.High)}";
}
