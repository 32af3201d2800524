using System.Diagnostics.CodeAnalysis;
using ELicense.Core.Enterprises;
using ELicense.Core.Licenses;
using ELicense.Core.Status;

namespace ELicense.Core.Tokens;

/// <summary>What a license token states: the claims inside the COSE_Sign1 of type <see cref="Type"/> (docs/formats.md, License token).</summary>
public sealed record LicenseToken
{
    /// <summary>typ of the COSE header.</summary>
    public const string Type = "elicense+cose";

    /// <summary>Upper bound of a whole token, in bytes.</summary>
    public const int MaxBytes = 2048;

    /// <summary>An identifier has three digits for it.</summary>
    public const int MaxVersion = 999;

    private const int Format = 1;
    private const int LicenseLength = 12;
    private const int Depth = 2;

    // RFC 8392 3.1; the license claim is in the range for private use (RFC 8392 9.1).
    private const byte SubClaim = 2;
    private const byte ExpClaim = 4;
    private const byte IatClaim = 6;
    private const int LicenseClaim = -65537;

    private const int HighestAuthority = 9999;

    // 9999-12-31T23:59:59Z
    private const long LastSecond = 253_402_300_799;

    private static readonly DateOnly Epoch = new(1970, 1, 1);

    // -65537 = -1 - 0x10000
    private static ReadOnlySpan<byte> LicenseKey => [0x3A, 0x00, 0x01, 0x00, 0x00];

    /// <summary>Claim 2, sub.</summary>
    public required CreditCode CreditCode { get; init; }

    /// <summary>Claim 6, iat: seconds since 1970-01-01T00:00:00Z.</summary>
    public required long IssuedAt { get; init; }

    /// <summary>Claim 4, exp: the first second after the term; absent: long-term.</summary>
    public long? ExpiresAt { get; init; }

    public required string Name { get; init; }
    public required EnterpriseKind Kind { get; init; }
    public required string Representative { get; init; }
    public required DateOnly EstablishedOn { get; init; }
    public required LicenseNumber Number { get; init; }

    /// <summary>Number of the registering office (登记机关) within the authority.</summary>
    public required int Office { get; init; }

    /// <summary>1 for the first.</summary>
    public required int Version { get; init; }

    /// <summary>Status list number and index within it.</summary>
    public required int List { get; init; }

    public required int Index { get; init; }

    /// <summary>SHA-256 of the document.</summary>
    public required Digest DocumentDigest { get; init; }

    /// <summary>The claims as deterministic CBOR: the payload to sign.</summary>
    /// <exception cref="InvalidOperationException">A value is out of its bounds; <see cref="TryDecodeClaims"/> would refuse it.</exception>
    public byte[] EncodeClaims()
    {
        if (Fault() is { } fault)
            throw new InvalidOperationException($"A license token cannot state this: {fault}.");
        var writer = new CanonicalWriter(stackalloc byte[CanonicalWriter.UsualSize]);
        writer.WriteMap(ExpiresAt is null ? 3 : 4);
        writer.WriteInteger(SubClaim);
        writer.WriteText(CreditCode.Value);
        if (ExpiresAt is { } expires)
        {
            writer.WriteInteger(ExpClaim);
            writer.WriteInteger(expires);
        }
        writer.WriteInteger(IatClaim);
        writer.WriteInteger(IssuedAt);
        writer.WriteInteger(LicenseClaim);
        writer.WriteArray(LicenseLength);
        writer.WriteInteger(Format);
        writer.WriteText(Name);
        writer.WriteInteger((int)Kind);
        writer.WriteText(Representative);
        writer.WriteInteger(EstablishedOn.DayNumber - Epoch.DayNumber);
        writer.WriteInteger(Number.Authority);
        writer.WriteInteger(Office);
        writer.WriteInteger(Number.Serial);
        writer.WriteInteger(Version);
        writer.WriteInteger(List);
        writer.WriteInteger(Index);
        writer.WriteBytes(DocumentDigest.Span);
        return writer.ToArray();
    }

    /// <summary>Accepts exactly what <see cref="EncodeClaims"/> makes. Codes: too-large, too-deep, not-canonical, malformed, unknown-format, kind-unknown, and those of a credit code.</summary>
    public static bool TryDecodeClaims(ReadOnlyMemory<byte> claims, [NotNullWhen(true)] out LicenseToken? token, out Refusal refusal)
    {
        token = null;
        if (claims.Length > MaxBytes)
        {
            refusal = new Refusal(Codes.TooLarge, $"{claims.Length} bytes, at most {MaxBytes} are read");
            return false;
        }
        if (TryRead(claims.Span, out token, out refusal))
            return true;
        // What the bytes themselves are guilty of comes before what they say.
        if (!CanonicalCbor.Check(claims.Span, MaxBytes, Depth, out var fault))
            refusal = fault;
        return false;
    }

    // Every head is read in its shortest form and every key at its one place: what passes is canonical without a second pass.
    private static bool TryRead(ReadOnlySpan<byte> claims, [NotNullWhen(true)] out LicenseToken? token, out Refusal refusal)
    {
        token = null;
        refusal = new Refusal(Codes.Malformed, "not {2: credit code, ? 4: expires, 6: issued, -65537: [1, name, kind, ... digest]}");
        var reader = new CanonicalReader(claims);
        if (!reader.TryReadHead(out var major, out var pairs) || major != CborMajor.Map || pairs is not (3 or 4)
            || !reader.TryReadExactly([SubClaim]) || !reader.TryReadText(out string? codeText))
            return false;
        long? expires = null;
        if (pairs == 4)
        {
            if (!reader.TryReadExactly([ExpClaim]) || !reader.TryReadUnsigned(LastSecond, out var seconds))
                return false;
            expires = seconds;
        }
        if (!reader.TryReadExactly([IatClaim]) || !reader.TryReadUnsigned(LastSecond, out var issued)
            || !reader.TryReadExactly(LicenseKey) || !reader.TryReadHead(out major, out var length) || major != CborMajor.Array
            || !reader.TryReadUnsigned(int.MaxValue, out var format))
            return false;
        if (format != Format)
            return Refuse(Codes.UnknownFormat, $"license token of format {format}, this reads format {Format}", out refusal);
        if (length != LicenseLength
            || !reader.TryReadText(out string? name)
            || !reader.TryReadUnsigned(int.MaxValue, out var kind)
            || !reader.TryReadText(out string? representative)
            || !reader.TryReadInteger(out var established)
            || !reader.TryReadUnsigned(HighestAuthority, out var authority) || authority == 0
            || !reader.TryReadUnsigned(int.MaxValue, out var office)
            || !reader.TryReadUnsigned(LicenseNumber.MaxSerial, out var serial) || serial == 0
            || !reader.TryReadUnsigned(int.MaxValue, out var version)
            || !reader.TryReadUnsigned(int.MaxValue, out var list)
            || !reader.TryReadUnsigned(int.MaxValue, out var index)
            || !reader.TryReadBytes(out var digest) || digest.Length != Digest.Size
            || reader.Remaining != 0)
            return false;
        if (established < DateOnly.MinValue.DayNumber - Epoch.DayNumber || established > DateOnly.MaxValue.DayNumber - Epoch.DayNumber)
            return Refuse(Codes.Malformed, "established on a day outside the years 1 to 9999", out refusal);
        if (!CreditCode.TryParse(codeText, out var code, out refusal))
            return false;

        var read = new LicenseToken
        {
            CreditCode = code,
            ExpiresAt = expires,
            IssuedAt = issued,
            Name = name,
            Kind = (EnterpriseKind)kind,
            Representative = representative,
            EstablishedOn = Epoch.AddDays((int)established),
            Number = new LicenseNumber((int)authority, serial),
            Office = (int)office,
            Version = (int)version,
            List = (int)list,
            Index = (int)index,
            DocumentDigest = new Digest(digest),
        };
        if (read.Fault() is { } fault)
        {
            refusal = fault;
            return false;
        }
        token = read;
        refusal = default;
        return true;
    }

    /// <summary>The first value that is out of its bounds; null when all are within.</summary>
    private Refusal? Fault()
    {
        if (Kind is < EnterpriseKind.Company or > EnterpriseKind.Branch)
            return new Refusal(Codes.KindUnknown, $"kind {(int)Kind}");
        return Bad(CreditCode.Value is null, "no credit code")
            ?? Bad(IssuedAt is < 0 or > LastSecond, "issued outside the years 1970 to 9999")
            ?? Bad(ExpiresAt is < 0 or > LastSecond, "expires outside the years 1970 to 9999")
            ?? Bad(!PlainText.IsWithin(Name, FaceSchema.MaxLength(FaceField.Name)), "a name that is empty, too long, or has control characters or lone surrogates")
            ?? Bad(!PlainText.IsWithin(Representative, FaceSchema.MaxLength(FaceField.Representative)), "a representative that is empty, too long, or has control characters or lone surrogates")
            ?? Bad(Number.Authority is < 1 or > HighestAuthority, "authority number outside 1 to 9999")
            ?? Bad(Number.Serial is < 1 or > LicenseNumber.MaxSerial, "serial outside 1 to 9,999,999,999")
            ?? Bad(Office < 0, "negative office number")
            ?? Bad(Version is < 1 or > MaxVersion, "version outside 1 to 999")
            ?? Bad(List < 0, "negative list number")
            ?? Bad(Index is < 0 or >= StatusList.LicenseListLength, "index outside its list");
    }

    private static Refusal? Bad(bool bad, string detail) => bad ? new Refusal(Codes.Malformed, detail) : null;

    private static bool Refuse(string code, string detail, out Refusal refusal)
    {
        refusal = new Refusal(code, detail);
        return false;
    }
}
