using System.Diagnostics.CodeAnalysis;

namespace ELicense.Core.Tokens;

/// <summary>A matter that an enterprise asks an authority for from outside: signed by the key of its certificate, or by the portal's key, which then vouches for the enterprise's TLS handshake.</summary>
/// <param name="Authority">The authority that it is for, 1 to 9999: another one refuses it.</param>
/// <param name="Matter">What is asked for, by its name in the API, e.g. annual-report.</param>
/// <param name="IssuedAt">In seconds.</param>
/// <param name="Nonce">16 bytes; the same filing again has the same, and is not filed twice.</param>
/// <param name="Content">The application, JSON in UTF-8 as the officers' door takes it.</param>
public sealed record Filing(int Authority, string Matter, long IssuedAt, ReadOnlyMemory<byte> Nonce, ReadOnlyMemory<byte> Content)
{
    public const string Type = "elicense-filing+cose";

    /// <summary>typ of a filing that a portal signed, with <see cref="Holder"/>.</summary>
    public const string PortalType = "elicense-portal-filing+cose";

    /// <summary>Role of the portal's key, as in the trust card's delegations.</summary>
    public const string PortalRole = "portal";

    public const int NonceSize = 16;
    public const int MaxContentBytes = 64 * 1024;
    public const int MaxMatter = 32;

    /// <summary>Upper bound of a whole message with its certificates, in bytes.</summary>
    public const int MaxBytes = MaxContentBytes + (16 * 1024);

    // RFC 8392 3.1: iat, cti.
    private const byte IssuedClaim = 6;
    private const byte IdClaim = 7;
    private const int FilingClaim = -65539;
    private const int HolderClaim = -65540;
    private const int Format = 1;
    private const int Depth = 2;

    // 9999-12-31T23:59:59Z
    private const long LastSecond = 253_402_300_799;

    /// <summary>DER of the certificate with which the enterprise proved itself to the portal in TLS; null: the enterprise signed by itself.</summary>
    public ReadOnlyMemory<byte>? Holder { get; init; }

    /// <exception cref="InvalidOperationException">A value is out of its bounds.</exception>
    public byte[] EncodeClaims()
    {
        if (Authority is < 1 or > 9999 || Matter.Length is 0 or > MaxMatter || Nonce.Length != NonceSize || Content.Length is 0 or > MaxContentBytes)
            throw new InvalidOperationException($"A filing names an authority from 1 to 9999 and has at most {MaxContentBytes} bytes.");
        var writer = new CanonicalWriter(stackalloc byte[CanonicalWriter.UsualSize]);
        writer.WriteMap(Holder is null ? 3 : 4);
        writer.WriteInteger(IssuedClaim);
        writer.WriteInteger(IssuedAt);
        writer.WriteInteger(IdClaim);
        writer.WriteBytes(Nonce.Span);
        writer.WriteInteger(FilingClaim);
        writer.WriteArray(4);
        writer.WriteInteger(Format);
        writer.WriteInteger(Authority);
        writer.WriteText(Matter);
        writer.WriteBytes(Content.Span);
        if (Holder is { } holder)
        {
            writer.WriteInteger(HolderClaim);
            writer.WriteBytes(holder.Span);
        }

        return writer.ToArray();
    }

    /// <summary>Accepts exactly what <see cref="EncodeClaims"/> makes. Codes: too-large, too-deep, not-canonical, malformed, unknown-format.</summary>
    public static bool TryDecodeClaims(ReadOnlyMemory<byte> claims, [NotNullWhen(true)] out Filing? filing, out Refusal refusal)
    {
        filing = null;
        if (!CanonicalCbor.Check(claims.Span, MaxBytes, Depth, out refusal))
            return false;
        refusal = new Refusal(Codes.Malformed, "not {6: issued, 7: 16 bytes, -65539: [1, authority, matter, content], ? -65540: certificate}");
        var reader = new CanonicalReader(claims.Span);
        var atPortal = reader.TryReadExactly([0xA4]);
        if ((!atPortal && !reader.TryReadExactly([0xA3]))
            || !reader.TryReadExactly([IssuedClaim]) || !reader.TryReadUnsigned(LastSecond, out var issued)
            || !reader.TryReadExactly([IdClaim]) || !reader.TryReadBytes(out var nonce) || nonce.Length != NonceSize
            || !reader.TryReadInteger(out var claim) || claim != FilingClaim || !reader.TryReadArray(4) || !reader.TryReadUnsigned(int.MaxValue, out var format))
            return false;
        if (format != Format)
        {
            refusal = new Refusal(Codes.UnknownFormat, $"filing of format {format}, this reads format {Format}");
            return false;
        }

        var holder = ReadOnlySpan<byte>.Empty;
        if (!reader.TryReadUnsigned(9999, out var authority) || authority < 1
            || !reader.TryReadText(out string? matter) || matter.Length is 0 or > MaxMatter
            || !reader.TryReadBytes(out var content) || content.Length is 0 or > MaxContentBytes
            || (atPortal && (!reader.TryReadInteger(out claim) || claim != HolderClaim || !reader.TryReadBytes(out holder) || holder.IsEmpty))
            || reader.Remaining != 0)
            return false;
        filing = new Filing((int)authority, matter, issued, nonce.ToArray(), content.ToArray()) { Holder = atPortal ? (ReadOnlyMemory<byte>?)holder.ToArray() : null };
        refusal = default;
        return true;
    }
}
