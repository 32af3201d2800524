using System.Buffers.Binary;
using System.Formats.Tar;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using ELicense.Core;

namespace ELicense.Verification.Bundles;

/// <summary>What the last entry of a bundle says of those before it. It guards against disks, not against people: what a bundle carries is proven by its own signatures and hashes.</summary>
/// <param name="Kind">publication or inbox.</param>
/// <param name="From">Of a publication: log size that the receiver must have.</param>
/// <param name="To">Of a publication: log size that the receiver gets.</param>
/// <param name="Files">Entries before this one.</param>
/// <param name="Sha256">Over path, a zero byte, length (64 bits, big-endian) and content of each of them.</param>
internal sealed record BundleEnd(int Format, string Kind, long From, long To, long Files, string Sha256)
{
    public const string Name = "bundle.json";
    public const int Version = 1;
    public const int MaxBytes = 4096;
    public const string Publication = "publication";
    public const string Inbox = "inbox";
}

/// <summary>The running hash of a bundle's entries, the same for whoever writes and reads it.</summary>
internal sealed class BundleHash : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    public long Files { get; private set; }

    public void Add(string path, ReadOnlySpan<byte> content)
    {
        Span<byte> length = stackalloc byte[1 + sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(length[1..], content.Length);
        _hash.AppendData(Encoding.UTF8.GetBytes(path));
        _hash.AppendData(length);
        _hash.AppendData(content);
        Files++;
    }

    public string End() => Convert.ToHexStringLower(_hash.GetHashAndReset());

    public void Dispose() => _hash.Dispose();
}

/// <summary>Writes a bundle: a tar (POSIX ustar) of plain files that ends with <see cref="BundleEnd"/>. The stream is its caller's.</summary>
internal sealed class BundleWriter(Stream output) : IAsyncDisposable
{
    private readonly TarWriter _tar = new(output, TarEntryFormat.Ustar, leaveOpen: true);
    private readonly BundleHash _hash = new();

    public long Files => _hash.Files;

    public async Task AddAsync(string path, byte[] content, CancellationToken cancellation)
    {
        await WriteAsync(path, content, cancellation);
        _hash.Add(path, content);
    }

    public async Task EndAsync(string kind, long from, long to, CancellationToken cancellation)
    {
        var end = new BundleEnd(BundleEnd.Version, kind, from, to, _hash.Files, _hash.End());
        await WriteAsync(BundleEnd.Name, JsonSerializer.SerializeToUtf8Bytes(end, BundleJson.Default.BundleEnd), cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        _hash.Dispose();
        await _tar.DisposeAsync();
    }

    private async Task WriteAsync(string path, byte[] content, CancellationToken cancellation)
    {
        // The same publication gives the same bundle: no times, nobody's name.
        var entry = new UstarTarEntry(TarEntryType.RegularFile, path) { DataStream = new MemoryStream(content), ModificationTime = DateTimeOffset.UnixEpoch };
        await _tar.WriteEntryAsync(entry, cancellation);
    }
}

/// <summary>Reads bundles from anybody.</summary>
internal static class BundleReader
{
    /// <summary>
    /// Hands out each file. Codes: bundle-malformed (no tar, or something in it that such a bundle does not have), too-large, bundle-cut, bundle-damaged; only when all was read
    /// is what was handed out whole.
    /// </summary>
    /// <param name="mostBytes">Of a path; null: a bundle of this kind has no such file.</param>
    public static async Task<(BundleEnd? End, Refusal Refusal)> ReadAsync(
        Stream bundle, string kind, Func<string, int?> mostBytes, Func<string, byte[], Task<Refusal?>> take, CancellationToken cancellation)
    {
        using var hash = new BundleHash();
        try
        {
            await using var tar = new TarReader(bundle, leaveOpen: true);
            while (await tar.GetNextEntryAsync(copyData: false, cancellation) is { } entry)
            {
                var isEnd = entry.Name == BundleEnd.Name;
                if (entry.EntryType is not (TarEntryType.RegularFile or TarEntryType.V7RegularFile) || (isEnd ? BundleEnd.MaxBytes : mostBytes(entry.Name)) is not { } most)
                    return (null, new Refusal(Codes.BundleMalformed, $"'{entry.Name}' ({entry.EntryType}) is no file of such a bundle."));
                if (entry.Length > most)
                    return (null, new Refusal(Codes.TooLarge, $"{entry.Name} has {entry.Length} bytes; it has at most {most}."));
                var content = new byte[entry.Length];
                if (entry.DataStream is { } data)
                    await data.ReadExactlyAsync(content, cancellation);
                if (isEnd)
                    return await ReadEndAsync(tar, content, kind, hash, cancellation);
                hash.Add(entry.Name, content);
                if (await take(entry.Name, content) is { } refusal)
                    return (null, refusal);
            }
        }
        catch (EndOfStreamException)
        {
            return (null, Cut());
        }
        catch (Exception e) when (e is InvalidDataException or FormatException)
        {
            return (null, new Refusal(Codes.BundleMalformed, $"The file is no tar, or was damaged: {e.Message}"));
        }

        return (null, Cut());
    }

    private static async Task<(BundleEnd? End, Refusal Refusal)> ReadEndAsync(TarReader tar, byte[] content, string kind, BundleHash hash, CancellationToken cancellation)
    {
        BundleEnd? end;
        try
        {
            end = JsonSerializer.Deserialize(content, BundleJson.Default.BundleEnd);
        }
        catch (JsonException e)
        {
            return (null, new Refusal(Codes.BundleDamaged, $"{BundleEnd.Name}: {e.Message}"));
        }

        if (end is not { Format: BundleEnd.Version } || end.Kind != kind)
            return (null, new Refusal(Codes.BundleMalformed, $"This is a bundle of kind {end?.Kind}, format {end?.Format}; {kind}, format {BundleEnd.Version}, is wanted."));
        if (end.Files != hash.Files || end.Sha256 != hash.End())
            return (null, new Refusal(Codes.BundleDamaged, "The bundle is not what was exported: its files do not have the hash that its last entry states."));
        return await tar.GetNextEntryAsync(copyData: false, cancellation) is { } more
            ? (null, new Refusal(Codes.BundleMalformed, $"'{more.Name}' comes after the end."))
            : (end, default);
    }

    private static Refusal Cut() => new(Codes.BundleCut, "The bundle ends too early: it was not written, or not copied, to its end.");
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(BundleEnd))]
internal sealed partial class BundleJson : JsonSerializerContext;

/// <summary>What a bundle came to.</summary>
/// <param name="From">Log size before; of an inbox 0.</param>
/// <param name="To">Log size after; of an inbox 0.</param>
/// <param name="Files">Files written, or put in their place.</param>
/// <param name="Refusal">Null: done. Else nothing was put in its place, or <paramref name="Files"/> of an inbox were.</param>
public sealed record BundleResult(long From, long To, long Files, Refusal? Refusal);
