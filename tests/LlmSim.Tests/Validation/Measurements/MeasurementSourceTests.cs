using LlmSim.Validation.Measurements;
using Xunit;

namespace LlmSim.Tests.Validation.Measurements;

public sealed class MeasurementSourceTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("llmsim-").FullName;

    public void Dispose() => Directory.Delete(_folder, true);

    [Fact]
    public void Folders_are_searched_through_in_ordinal_order()
    {
        foreach (string name in new[] { "b.csv", "a/z.JSON", "a/B.jsonl", "a/notes.md", "c/t.csv.gz" })
        {
            Write(name, string.Empty);
        }

        string[] found = [.. MeasurementSource.Find([_folder, Path.Combine(_folder, "b.csv")], out var problems).Select(file => Path.GetRelativePath(_folder, file))];
        Assert.Equal([Path.Combine("a", "B.jsonl"), Path.Combine("a", "z.JSON"), "b.csv"], found);
        Assert.Empty(problems);
    }

    [Fact]
    public void Paths_that_lead_to_nothing_are_all_reported()
    {
        string readme = Write("README.md", "text");
        string empty = Directory.CreateDirectory(Path.Combine(_folder, "empty")).FullName;
        Assert.Empty(MeasurementSource.Find([Path.Combine(_folder, "no.csv"), readme, empty], out var problems));
        Assert.Equal(3, problems.Length);
    }

    [Fact]
    public void Objects_of_JSON_count_with_the_line_on_which_they_start()
    {
        MeasurementFile several = MeasurementSource.Read(Write("several.json", "{\"a\": 1}\n\n{\"a\":\n 2}\nbroken"));
        Assert.Equal([1, 3, 5], several.Rows.Select(static row => row.Line));
        MeasurementFile lines = MeasurementSource.Read(Write("lines.jsonl", "{\"a\": 1}\nbroken\n\n{\"a\": 2}\n"));
        Assert.Equal([1, 2, 4], lines.Rows.Select(static row => row.Line));
        Assert.All(several.Rows.Concat(lines.Rows), static row => Assert.Equal(SkipReasons.UnknownTable, row.Skipped));
    }

    [Theory]
    [InlineData("empty.csv", "")]
    [InlineData("empty.json", "")]
    [InlineData("header-only.csv", "gpu,dtype,m,n,k,seconds\n")]
    public void A_file_without_rows_has_none(string name, string content) => Assert.Empty(MeasurementSource.Read(Write(name, content)).Rows);

    [Fact]
    public void Comments_and_blanks_are_no_rows_but_count_as_lines()
    {
        MeasurementFile file = MeasurementSource.Read(Write("g.csv", "\uFEFF# cited\ngpu,dtype,m,n,k,seconds\n\n# more\n h100 , bf16,1,2,3,1e-5\n"));
        Assert.Equal(5, Assert.Single(file.Rows).Line);
        Assert.Empty(file.Problems);
    }

    private string Write(string name, string content)
    {
        string path = Path.Combine(_folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
        return path;
    }
}
