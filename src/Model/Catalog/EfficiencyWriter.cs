using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using LlmSim.Model.Calibration;
using LlmSim.Model.Cost;

namespace LlmSim.Model.Catalog;

/// <summary>Writes an <see cref="Efficiency"/> as the record that <see cref="EfficiencyRecord"/> reads.</summary>
public static partial class EfficiencyWriter
{
    private static readonly JsonSerializerOptions Layout = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The record as JSON text.</summary>
    public static string Write(Efficiency efficiency)
    {
        var json = new JsonObject
        {
            ["name"] = efficiency.Name,
            ["device"] = efficiency.Device,
            ["generation"] = efficiency.Generation,
            ["source"] = efficiency.Source,
            ["fitted_on"] = new JsonArray([.. efficiency.FittedOn.Select(static table => JsonValue.Create(table))]),
        };
        foreach (EfficiencyRow row in EfficiencyRow.Of(efficiency))
        {
            if (row.Key.Length == 0)
            {
                json[row.Family] = Row(row);
                continue;
            }

            if (json[row.Family] is not JsonObject family)
            {
                json[row.Family] = family = [];
            }

            family[row.Key] = Row(row);
        }

        return NumberLists().Replace(json.ToJsonString(Layout), static list => Blanks().Replace(list.Value, " ")) + "\n";
    }

    /// <summary>A list of numbers, which stays on one line so that a record can be read.</summary>
    [GeneratedRegex(@"\[[-+\d.eE,\s]+\]", RegexOptions.CultureInvariant)]
    private static partial Regex NumberLists();

    [GeneratedRegex(@"\s+", RegexOptions.CultureInvariant)]
    private static partial Regex Blanks();

    private static JsonObject Row(EfficiencyRow row)
    {
        var json = new JsonObject();
        foreach (ConstantValue constant in row.Constants)
        {
            var entry = new JsonObject { ["value"] = constant.IsTime ? constant.Text : Rounded(constant.Value) };
            if (constant.StandardError > 0)
            {
                entry["standard_error"] = constant.IsTime ? constant.ErrorText : Rounded(constant.StandardError);
            }

            entry["range"] = constant.Range;
            entry["meaning"] = constant.Meaning;
            json[constant.Key] = entry;
        }

        if (row.Fit is { } fit)
        {
            json["fit"] = Fit(fit);
        }

        return json;
    }

    private static JsonObject Fit(FitRecord fit) => new()
    {
        ["tables"] = new JsonArray([.. fit.Tables.Select(static table => JsonValue.Create(table))]),
        ["rows"] = fit.Rows,
        ["groups"] = fit.Groups,
        ["mean_error"] = Rounded(fit.MeanError),
        ["median_error"] = Rounded(fit.MedianError),
        ["correlation"] = new JsonArray([.. fit.Correlation.Select(static value => JsonValue.Create(Math.Round(value, 4)))]),
        ["spread"] = new JsonArray([.. fit.Spread.Sizes.Select(static size => (JsonNode)new JsonObject
        {
            ["at"] = FormattableString.Invariant($"{size.Seconds * 1e6:0.###} us"),
            ["low"] = Rounded(size.Band.Low),
            ["high"] = Rounded(size.Band.High),
        })]),
    };

    private static JsonValue Rounded(double value) => JsonValue.Create(Math.Round(value, 5));
}
