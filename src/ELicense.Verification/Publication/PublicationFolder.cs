namespace ELicense.Verification.Publication;

/// <summary>Writes files of a publication, each as a whole, and flushes their folders before anything is built upon them. Not good for several threads.</summary>
public sealed class PublicationFolder(string root)
{
    private readonly HashSet<string> _unflushed = [];

    /// <param name="path">Relative, with slashes.</param>
    public void Write(string path, ReadOnlySpan<byte> content)
    {
        var full = Full(path);
        var folder = Path.GetDirectoryName(full)!;
        for (var missing = folder; !Directory.Exists(missing); missing = Path.GetDirectoryName(missing)!)
            _unflushed.Add(Path.GetDirectoryName(missing)!);
        Directory.CreateDirectory(folder);
        WholeFile.Replace(full, content);
        _unflushed.Add(folder);
    }

    /// <summary>After it, what was written is found under its name also when the machine stops.</summary>
    public void Flush()
    {
        foreach (var folder in _unflushed.Where(Directory.Exists))
            WholeFile.FlushFolder(folder);
        _unflushed.Clear();
    }

    public byte[]? Read(string path)
    {
        var full = Full(path);
        return File.Exists(full) ? File.ReadAllBytes(full) : null;
    }

    /// <summary>Nothing when there is no such file.</summary>
    public void Delete(string path)
    {
        if (File.Exists(Full(path)))
            File.Delete(Full(path));
    }

    /// <summary>Removes the partial tiles that a full one has replaced; readers fall back to it (C2SP tlog-tiles, Partial Tiles).</summary>
    public void DropPartials(string path)
    {
        var folder = Full(path) + ".p";
        if (!Directory.Exists(folder))
            return;
        Directory.Delete(folder, recursive: true);
        _unflushed.Remove(folder);
    }

    private string Full(string path) => Path.GetFullPath(Path.Combine(root, path.Replace('/', Path.DirectorySeparatorChar)));
}
