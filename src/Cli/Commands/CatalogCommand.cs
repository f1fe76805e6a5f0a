using System.CommandLine;
using LlmSim.Cli.Output;
using LlmSim.Cli.Output.Json;
using LlmSim.Cli.Output.Pages;
using LlmSim.Model.Catalog;

namespace LlmSim.Cli.Commands;

/// <summary><c>catalog [SECTION] [NAME]</c>: what the program knows by name, and where each figure comes from.</summary>
internal static class CatalogCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CommandHost host)
    {
        var section = new Argument<string?>("SECTION") { Description = "One of " + string.Join(", ", CatalogSections.Names), Arity = ArgumentArity.ZeroOrOne };
        var name = new Argument<string?>("NAME") { Description = "A record, by its key or an alias", Arity = ArgumentArity.ZeroOrOne };
        var command = new Command("catalog", "List the accelerators, nodes, models and efficiencies that scenarios can name") { section, name };
        command.SetAction(parse => (int)Answer(host, parse, parse.GetValue(section), parse.GetValue(name)));
        return command;
    }

    private static ExitCode Answer(CommandHost host, ParseResult parse, string? sectionName, string? name)
    {
        if (sectionName is null)
        {
            return Sections(host, parse);
        }

        if (CatalogSections.Find(sectionName) is not { } section)
        {
            string near = DidYouMean(NearestName.Suggest(sectionName, CatalogSections.Names, 1));
            return host.Refuse([$"the catalog has no section '{sectionName}'{near} legal are {string.Join(", ", CatalogSections.Names)}"]);
        }

        if (name is null)
        {
            return List(host, parse, section);
        }

        if (section.Detail(name) is not { } detail)
        {
            string near = DidYouMean(section.Suggest(name));
            return host.Refuse([$"the catalog has no {section.Singular} '{name}'{near} 'llmsim catalog {section.Name}' lists them"]);
        }

        return Detail(host, parse, detail);
    }

    private static ExitCode Sections(CommandHost host, ParseResult parse)
    {
        if (GlobalOptions.IsJson(parse))
        {
            using var json = new JsonAnswer();
            foreach (CatalogSectionView section in CatalogSections.All)
            {
                json.Texts(section.Name, section.Keys);
            }

            return json.Finish(host.Answer, ExitCode.Answer);
        }

        return host.Page(parse)
            .Title("Catalog", "what scenarios can name")
            .Table(
                ["section", ">records", "what they are"],
                CatalogSections.All.Select(static s => (IReadOnlyList<string>)[s.Name, Words.Count(s.Keys.Length), s.Meaning]))
            .Remark("'llmsim catalog SECTION' lists a section, 'llmsim catalog SECTION NAME' shows a record with the source of each figure")
            .Finish(ExitCode.Answer);
    }

    private static ExitCode List(CommandHost host, ParseResult parse, CatalogSectionView section)
    {
        IReadOnlyList<IReadOnlyList<string>> rows = [.. section.Keys.Select(section.Row)];
        if (GlobalOptions.IsJson(parse))
        {
            using var json = new JsonAnswer();
            return json.List(section.Name, section.Keys, (o, key) => o.Figures(section.Detail(key)!)).Finish(host.Answer, ExitCode.Answer);
        }

        return host.Page(parse).Table(section.Columns, rows).Finish(ExitCode.Answer);
    }

    private static ExitCode Detail(CommandHost host, ParseResult parse, CatalogDetail detail)
    {
        if (GlobalOptions.IsJson(parse))
        {
            using var json = new JsonAnswer();
            return json.Figures(detail).Finish(host.Answer, ExitCode.Answer);
        }

        return host.Page(parse).Detail(detail).Finish(ExitCode.Answer);
    }

    private static string DidYouMean(IReadOnlyCollection<string> near) =>
        near.Count == 0 ? ";" : "; did you mean " + string.Join(" or ", near.Select(static n => $"'{n}'")) + "?";
}
