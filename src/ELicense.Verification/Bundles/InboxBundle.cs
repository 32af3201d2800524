using ELicense.Core;
using ELicense.Core.Tokens;
using ELicense.Verification.Publication;

namespace ELicense.Verification.Bundles;

/// <summary>Carries filings to the authority on a disk: the files inbox/&lt;SHA-256&gt;, each of which is named by what is in it. Whose they are and what they want, the authority's desks ask.</summary>
public static class InboxBundle
{
    /// <summary>Of all filings in one bundle; the rest goes with the next.</summary>
    public const long MaxBytes = 64 * 1024 * 1024;

    /// <summary>Packs the filings of a folder; what has another name, or is not what its name says, is left alone.</summary>
    /// <returns>Also the paths of the filings that are in the bundle: the caller may remove them once it is on disk.</returns>
    public static async Task<(BundleResult Result, IReadOnlyList<string> Packed)> ExportAsync(string inbox, Stream output, CancellationToken cancellation)
    {
        await using var bundle = new BundleWriter(output);
        var packed = new List<string>();
        var total = 0L;
        foreach (var path in Directory.EnumerateFiles(inbox).Where(path => IsName(Path.GetFileName(path))).Order(StringComparer.Ordinal))
        {
            if (new FileInfo(path) is not { LinkTarget: null, Length: > 0 and <= Filing.MaxBytes and var length } || total + length > MaxBytes)
                continue;
            var content = await File.ReadAllBytesAsync(path, cancellation);
            if (Digest.Of(content).ToString() != Path.GetFileName(path))
                continue;
            await bundle.AddAsync($"inbox/{Path.GetFileName(path)}", content, cancellation);
            packed.Add(path);
            total += content.Length;
        }

        await bundle.EndAsync(BundleEnd.Inbox, 0, 0, cancellation);
        return (new BundleResult(0, 0, packed.Count, Refusal: null), packed);
    }

    /// <summary>Puts the filings into the authority's inbox, once all of the bundle was read and each was what its name says. Codes: those of <see cref="BundleReader"/>, digest-mismatch.</summary>
    public static async Task<BundleResult> ImportAsync(Stream bundle, string inbox, CancellationToken cancellation)
    {
        var filings = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        var total = 0L;
        var (end, refusal) = await BundleReader.ReadAsync(bundle, BundleEnd.Inbox, MostBytes, Take, cancellation);
        if (end is null)
            return new BundleResult(0, 0, 0, refusal);
        Directory.CreateDirectory(inbox);
        foreach (var (name, content) in filings)
            WholeFile.Replace(Path.Combine(inbox, name), content);
        WholeFile.FlushFolder(inbox);
        return new BundleResult(0, 0, filings.Count, Refusal: null);

        Task<Refusal?> Take(string path, byte[] content)
        {
            var name = Path.GetFileName(path);
            if (Digest.Of(content).ToString() != name)
                return Task.FromResult<Refusal?>(new Refusal(Codes.DigestMismatch, $"{path} is not what its name says."));
            if ((total += content.Length) > MaxBytes)
                return Task.FromResult<Refusal?>(new Refusal(Codes.TooLarge, $"A bundle carries at most {MaxBytes} bytes of filings."));
            filings[name] = content;
            return Task.FromResult<Refusal?>(null);
        }
    }

    private static int? MostBytes(string path) => path.StartsWith("inbox/", StringComparison.Ordinal) && IsName(path["inbox/".Length..]) ? Filing.MaxBytes : null;

    // As Digest writes it: lower case, so that one content has one name.
    private static bool IsName(string name) => Digest.TryParseHex(name, out var digest) && digest.ToString() == name;
}
