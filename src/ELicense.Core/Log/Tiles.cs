using System.Diagnostics.CodeAnalysis;

namespace ELicense.Core.Log;

/// <summary>Paths of C2SP tlog-tiles, relative to the log's folder, and of our document packs.</summary>
public static class TilePath
{
    /// <summary>Hashes or entries in a full tile.</summary>
    public const int Width = 256;

    /// <summary>tile/&lt;level&gt;/&lt;n&gt;, with .p/&lt;width&gt; when width is below 256; n as x001/x234/067.</summary>
    public static string Hashes(int level, long n, int width) => throw new NotImplementedException();

    /// <summary>tile/entries/&lt;n&gt;[.p/&lt;width&gt;]</summary>
    public static string Entries(long n, int width) => throw new NotImplementedException();

    /// <summary>n as x001/x234/067.</summary>
    public static string Index(long n) => throw new NotImplementedException();
}

/// <summary>Entry bundle of C2SP tlog-tiles: each entry with a big-endian 16-bit length before it.</summary>
public static class EntryBundle
{
    public static byte[] Encode(IReadOnlyList<ReadOnlyMemory<byte>> entries) => throw new NotImplementedException();

    /// <param name="count">Entries wanted, 1 to 256; fewer, more or trailing bytes are refused (malformed).</param>
    public static bool TryDecode(ReadOnlyMemory<byte> bytes, int count, [NotNullWhen(true)] out IReadOnlyList<ReadOnlyMemory<byte>>? entries, out Refusal refusal) => throw new NotImplementedException();
}

/// <summary>
/// Pack of the .elic files of 256 log positions, documents/&lt;n&gt;: [1, log size, [bstr / null, …]] in deterministic CBOR; null where the entry issued no license or its face was withdrawn.
/// </summary>
public sealed record DocumentPack(long LogSize, IReadOnlyList<ReadOnlyMemory<byte>?> Files)
{
    public const int MaxBytes = TilePath.Width * (Tokens.LicenseFile.MaxBytes + 8);

    public byte[] Encode() => throw new NotImplementedException();

    public static bool TryDecode(ReadOnlyMemory<byte> bytes, [NotNullWhen(true)] out DocumentPack? pack, out Refusal refusal) => throw new NotImplementedException();
}
