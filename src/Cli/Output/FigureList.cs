using System.Collections.Immutable;
using LlmSim.Model.Hardware;
using LlmSim.Model.Units;

namespace LlmSim.Cli.Output;

/// <summary>Collects the figures of a record with their sources; unknown ones (zero or empty) are left out.</summary>
/// <param name="sources">Source of each figure by key.</param>
/// <param name="common">Source of figures without one of their own; null where there is none.</param>
internal sealed class FigureList(ImmutableSortedDictionary<string, Figure> sources, string? common = null)
{
    private readonly ImmutableArray<CatalogFigure>.Builder _figures = ImmutableArray.CreateBuilder<CatalogFigure>();

    /// <summary>What was collected.</summary>
    public ImmutableArray<CatalogFigure> Figures => _figures.ToImmutable();

    /// <summary>A figure.</summary>
    public FigureList Add(string key, string text, double? value)
    {
        Figure? own = sources.GetValueOrDefault(key) ?? sources.GetValueOrDefault(key + ".bandwidth");
        _figures.Add(new(key, text, value, own ?? (string.IsNullOrEmpty(common) ? null : new Figure(common, true))));
        return this;
    }

    /// <summary>A word.</summary>
    public FigureList Text(string key, string text) => text.Length == 0 ? this : Add(key, text, null);

    /// <summary>A size.</summary>
    public FigureList Known(string key, Bytes size) => size > Bytes.Zero ? Add(key, size.ToString(), size.Value) : this;

    /// <summary>A bandwidth.</summary>
    public FigureList Known(string key, Bandwidth rate) => rate > Bandwidth.Zero ? Add(key, rate.ToString(), rate.Value) : this;

    /// <summary>A power.</summary>
    public FigureList Known(string key, Watts power) => power > Watts.Zero ? Add(key, power.ToString(), power.Value) : this;

    /// <summary>A time.</summary>
    public FigureList Time(string key, Seconds time) => Add(key, time.ToString(), time.Value);

    /// <summary>A share of one.</summary>
    public FigureList Share(string key, double share) => Add(key, Words.Percent(share), share);

    /// <summary>A plain number.</summary>
    public FigureList Number(string key, double number) => Add(key, QuantityText.PrintNumber(number), number);

    /// <summary>A link by its name and bandwidth in one direction.</summary>
    public FigureList Link(string key, Link? link)
    {
        if (link is null)
        {
            return this;
        }

        string sums = link.InSwitchReduction ? ", sums in the switch" : string.Empty;
        return Add(key, $"{link.Name}, {link.Bandwidth}{sums}", link.Bandwidth.Value);
    }
}
