namespace ELicense.UnitTests.Docs;

/// <summary>The worked examples of docs/formats.md: fenced blocks whose info string is "hex example=name", "json example=name" or "text example=name".</summary>
public static class FormatsDocument
{
    /// <summary>Folder of ELicense.sln.</summary>
    public static string RepositoryRoot { get; } = FindRoot();

    /// <summary>The file itself.</summary>
    public static string Path { get; } = System.IO.Path.Combine(RepositoryRoot, "docs", "formats.md");

    private static readonly Dictionary<string, string> Examples = ReadExamples();

    /// <summary>The block's text, each line with its line feed.</summary>
    public static string Example(string name) =>
        Examples.TryGetValue(name, out var text) ? text : throw new InvalidOperationException($"No example={name} in docs/formats.md.");

    /// <summary>The bytes of a hex block; white space, and what follows # on a line, does not count.</summary>
    public static byte[] Bytes(string name)
    {
        var digits = Example(name).Split('\n').SelectMany(line => line.Split('#')[0]).Where(c => !char.IsWhiteSpace(c));
        return Convert.FromHexString(string.Concat(digits));
    }

    private static Dictionary<string, string> ReadExamples()
    {
        var examples = new Dictionary<string, string>(StringComparer.Ordinal);
        var lines = File.ReadAllLines(Path);
        for (var i = 0; i < lines.Length; i++)
        {
            if (!lines[i].StartsWith("```", StringComparison.Ordinal))
                continue;
            var end = Array.FindIndex(lines, i + 1, line => line.StartsWith("```", StringComparison.Ordinal));
            if (end < 0)
                throw new InvalidOperationException($"The block that begins with {lines[i]} is not closed.");
            var name = lines[i].Split("example=");
            if (name.Length == 2)
                examples.Add(name[1].Trim(), string.Concat(lines[(i + 1)..end].Select(line => line + "\n")));
            i = end;
        }

        return examples;
    }

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(folder.FullName, "ELicense.sln")))
                return folder.FullName;
        }

        throw new InvalidOperationException("ELicense.sln is not above the tests' folder.");
    }
}
