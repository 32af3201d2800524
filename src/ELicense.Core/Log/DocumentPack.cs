using System.Diagnostics.CodeAnalysis;
using ELicense.Core.Tokens;

namespace ELicense.Core.Log;

/// <summary>
/// Pack of the .elic files of 256 log positions, documents/&lt;n&gt;: [1, log size, [bstr / null, …]] in deterministic CBOR; null where the entry issued no license or its face was withdrawn.
/// </summary>
/// <param name="LogSize">Entries of the log that the pack was made from, at least as many as it has files.</param>
/// <param name="Files">One for each position, 1 to 256; at most <see cref="LicenseFile.MaxBytes"/> each. Decoded ones are slices of what was decoded.</param>
public sealed record DocumentPack(long LogSize, IReadOnlyList<ReadOnlyMemory<byte>?> Files)
{
    public const int MaxBytes = TilePath.Width * (LicenseFile.MaxBytes + 8);

    private const int Format = 1;
    private const int Elements = 3;
    private const int Depth = 2;
    private const ulong Null = 22;

    /// <exception cref="InvalidOperationException">A value is out of its bounds; <see cref="TryDecode"/> would refuse it.</exception>
    public byte[] Encode()
    {
        if (Fault() is { } fault)
            throw new InvalidOperationException($"A document pack cannot hold this: {fault}.");
        var writer = new CanonicalWriter(new byte[32 + Files.Sum(file => 5 + (file?.Length ?? 0))]);
        writer.WriteArray(Elements);
        writer.WriteInteger(Format);
        writer.WriteInteger(LogSize);
        writer.WriteArray(Files.Count);
        foreach (var file in Files)
        {
            if (file is { } bytes)
                writer.WriteBytes(bytes.Span);
            else
                writer.WriteNull();
        }

        return writer.ToArray();
    }

    /// <summary>Accepts exactly what <see cref="Encode"/> makes; the files themselves are not looked at. Codes: too-large, too-deep, not-canonical, malformed, unknown-format.</summary>
    public static bool TryDecode(ReadOnlyMemory<byte> bytes, [NotNullWhen(true)] out DocumentPack? pack, out Refusal refusal)
    {
        pack = null;
        // The gate stands first: a pack is large, and nothing is allocated for a broken one.
        if (!CanonicalCbor.Check(bytes.Span, MaxBytes, Depth, out refusal))
            return false;

        refusal = new Refusal(Codes.Malformed, "not [1, log size, [file / null, ...]]");
        var reader = new CanonicalReader(bytes.Span);
        if (!reader.TryReadHead(out var major, out var elements) || major != CborMajor.Array || !reader.TryReadUnsigned(int.MaxValue, out var format))
            return false;
        if (format != Format)
        {
            refusal = new Refusal(Codes.UnknownFormat, $"document pack of format {format}, this reads format {Format}");
            return false;
        }

        if (elements != Elements || !reader.TryReadUnsigned(long.MaxValue, out var size)
            || !reader.TryReadHead(out major, out var count) || major != CborMajor.Array || count > TilePath.Width)
            return false;
        var files = new ReadOnlyMemory<byte>?[(int)count];
        for (var i = 0; i < files.Length; i++)
        {
            if (!TryReadFile(ref reader, bytes, out files[i]))
                return false;
        }

        var read = new DocumentPack(size, files);
        if (read.Fault() is { } fault)
        {
            refusal = fault;
            return false;
        }

        refusal = default;
        pack = read;
        return true;
    }

    private static bool TryReadFile(ref CanonicalReader reader, ReadOnlyMemory<byte> bytes, out ReadOnlyMemory<byte>? file)
    {
        file = null;
        if (!reader.TryReadHead(out var major, out var argument))
            return false;
        if (major == CborMajor.Simple && argument == Null)
            return true;
        if (major != CborMajor.Bytes || !reader.TryTake(argument, out var taken))
            return false;
        file = bytes.Slice(reader.Position - taken.Length, taken.Length);
        return true;
    }

    private Refusal? Fault()
    {
        if (Files.Count is < 1 or > TilePath.Width)
            return new Refusal(Codes.Malformed, $"{Files.Count} files, 1 to {TilePath.Width} expected");
        if (LogSize < Files.Count)
            return new Refusal(Codes.Malformed, $"{Files.Count} files of a log of {LogSize} entries");
        return Files.Any(file => file?.Length > LicenseFile.MaxBytes)
            ? new Refusal(Codes.TooLarge, $"a file of more than {LicenseFile.MaxBytes} bytes")
            : null;
    }
}
