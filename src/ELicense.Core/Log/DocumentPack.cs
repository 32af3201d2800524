using System.Diagnostics.CodeAnalysis;

namespace ELicense.Core.Log;

/// <summary>
/// Pack of the .elic files of 256 log positions, documents/&lt;n&gt;: [1, log size, [bstr / null, …]] in deterministic CBOR; null where the entry issued no license or its face was withdrawn.
/// </summary>
public sealed record DocumentPack(long LogSize, IReadOnlyList<ReadOnlyMemory<byte>?> Files)
{
    public const int MaxBytes = TilePath.Width * (Tokens.LicenseFile.MaxBytes + 8);

    public byte[] Encode() => throw new NotImplementedException();

    public static bool TryDecode(ReadOnlyMemory<byte> bytes, [NotNullWhen(true)] out DocumentPack? pack, out Refusal refusal) => throw new NotImplementedException();
}
