using System.Diagnostics.CodeAnalysis;
using ELicense.Core.Licenses;

namespace ELicense.Core.Status;

/// <summary>Standings of one list, 4 bits each, least significant first (Token Status List, bits 4). New: all not issued. Not synchronized.</summary>
public sealed class StatusList
{
    /// <summary>Entries of a license list.</summary>
    public const int LicenseListLength = 1 << 20;

    /// <summary>Entries of a certificate list.</summary>
    public const int CertificateListLength = 1 << 16;

    public StatusList(int length) => throw new NotImplementedException();

    public int Length => throw new NotImplementedException();

    /// <summary>Throws on an index out of range.</summary>
    public Standing this[int index]
    {
        get => throw new NotImplementedException();
        set => throw new NotImplementedException();
    }

    /// <summary>The packed bytes, Length / 2.</summary>
    public ReadOnlySpan<byte> Packed => throw new NotImplementedException();

    /// <summary>ZLIB (RFC 1950) of the packed bytes: the claim lst.</summary>
    public byte[] Compress() => throw new NotImplementedException();

    /// <summary>Inflates at most <paramref name="length"/> / 2 bytes and wants exactly that many; a standing outside the table is refused.</summary>
    public static bool TryInflate(ReadOnlySpan<byte> lst, int length, [NotNullWhen(true)] out StatusList? list, out Refusal refusal) => throw new NotImplementedException();
}
