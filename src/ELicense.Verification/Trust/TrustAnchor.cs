using System.Diagnostics.CodeAnalysis;
using System.Text;
using ELicense.Core;
using ELicense.Cryptography.Certificates;
using ELicense.Cryptography.Envelopes;

namespace ELicense.Verification.Trust;

/// <summary>Where trust begins, given out of band.</summary>
public abstract record TrustAnchor
{
    private const int FingerprintDigits = 2 * Digest.Size;

    private TrustAnchor() { }

    /// <summary>SHA-256 of the root's SubjectPublicKeyInfo; 64 hex digits in text.</summary>
    public static TrustAnchor Fingerprint(Digest rootKey) => new RootFingerprint(rootKey);

    /// <summary>A card taken as it is: its own root key is believed (a file that the user chose as trust, never one of a publication).</summary>
    public static TrustAnchor AsGiven { get; } = new CardItself();

    /// <summary>Hex fingerprint, PEM or DER root certificate, or the text of a trust.jws (then also <paramref name="card"/>).</summary>
    public static bool TryRead(ReadOnlyMemory<byte> content, [NotNullWhen(true)] out TrustAnchor? anchor, out ReadOnlyMemory<byte>? card, out Refusal refusal)
    {
        anchor = null;
        card = null;
        refusal = new Refusal(Codes.Malformed, "Neither a fingerprint of 64 hexadecimal digits, a root certificate nor a trust.jws.");
        if (content.Length > VerifiedTrust.MaxJwsBytes)
        {
            refusal = new Refusal(Codes.TooLarge, $"The trust file has {content.Length} bytes; at most {VerifiedTrust.MaxJwsBytes} are read.");
            return false;
        }

        var ascii = content.Span.Trim(" \t\r\n"u8);
        if (ascii.Length == FingerprintDigits && Digest.TryParseHex(Encoding.Latin1.GetString(ascii), out var fingerprint))
        {
            anchor = Fingerprint(fingerprint);
            return true;
        }

        if (ascii is [0x30, ..] || ascii.StartsWith("-----BEGIN "u8))
            return TryReadCertificate(content.Span, out anchor, ref refusal);
        if (!GeneralJws.TryParse(ascii, VerifiedTrust.MaxJwsBytes, out _, out _))
            return false;
        // A publication is held to the root of the card that was chosen, not to any that it brings itself.
        if (!VerifiedTrust.TryOpenAtAnyTime(ascii.ToArray(), out var given, out refusal))
            return false;
        card = given.Jws;
        anchor = Fingerprint(given.Roots[0]);
        return true;
    }

    /// <summary>The root that was given; null: none.</summary>
    internal abstract Digest? Root { get; }

    /// <summary>Whether a card signed by the key with this fingerprint is believed.</summary>
    internal abstract bool Accepts(Digest rootKey);

    private static bool TryReadCertificate(ReadOnlySpan<byte> content, out TrustAnchor? anchor, ref Refusal refusal)
    {
        anchor = null;
        if (!ForeignCertificate.TryLoad(content, out var certificate, out var unread))
        {
            refusal = unread with { Detail = $"The root certificate is not readable: {unread.Detail}" };
            return false;
        }

        anchor = Fingerprint(Digest.Of(certificate.PublicKey.ExportSubjectPublicKeyInfo()));
        certificate.Dispose();
        return true;
    }

    private sealed record RootFingerprint(Digest RootKey) : TrustAnchor
    {
        internal override Digest? Root => RootKey;

        internal override bool Accepts(Digest rootKey) => rootKey == RootKey;
    }

    private sealed record CardItself : TrustAnchor
    {
        internal override Digest? Root => null;

        internal override bool Accepts(Digest rootKey) => true;
    }
}
