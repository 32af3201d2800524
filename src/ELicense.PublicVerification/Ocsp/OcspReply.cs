using ELicense.Cryptography.Certificates.Ocsp;

namespace ELicense.PublicVerification.Ocsp;

/// <summary>One answer to one request.</summary>
/// <param name="Kept">When it may be kept by others too; null: not by anybody.</param>
internal readonly record struct OcspReply(ReadOnlyMemory<byte> Response, KeptAnswer? Kept)
{
    /// <summary>It was signed for this request.</summary>
    public bool IsNew { get; init; }

    public static OcspReply MalformedRequest { get; } = new(OcspResponse.MalformedRequest, Kept: null);

    public static OcspReply TryLater { get; } = new(OcspResponse.TryLater, Kept: null);

    public static OcspReply Unauthorized { get; } = new(OcspResponse.Unauthorized, Kept: null);

    public static OcspReply Of(KeptAnswer kept) => new(kept.Response, kept);
}
