namespace ELicense.Issuance.Publishing;

/// <summary>Writes files of a publication. Each is replaced as a whole: a reader, and whoever looks after a crash, meets the old one or the new one.</summary>
internal sealed class PublicationFolder(string root)
{
    /// <param name="path">Relative, with slashes.</param>
    public void Write(string path, ReadOnlySpan<byte> content) => WriteWhole(Full(path), content);

    public byte[]? Read(string path)
    {
        var full = Full(path);
        return File.Exists(full) ? File.ReadAllBytes(full) : null;
    }

    /// <summary>Removes the partial tiles that a full one has replaced; readers fall back to it (C2SP tlog-tiles, Partial Tiles).</summary>
    public void DropPartials(string path)
    {
        var folder = Full(path) + ".p";
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
    }

    public static void WriteWhole(string path, ReadOnlySpan<byte> content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var temporary = path + ".new";
        using (var file = new FileStream(temporary, FileMode.Create, FileAccess.Write))
        {
            file.Write(content);
            file.Flush(flushToDisk: true);
        }
        File.Move(temporary, path, overwrite: true);
    }

    private string Full(string path) => Path.Combine(root, path.Replace('/', Path.DirectorySeparatorChar));
}
