namespace ELicense.Core.Tokens;

/// <summary>A matter that an enterprise asks an authority for from outside; signed by the key of its certificate.</summary>
/// <param name="Authority">The authority that it is for, 1 to 9999: another one refuses it.</param>
/// <param name="Matter">What is asked for, by its name in the API, e.g. annual-report.</param>
/// <param name="IssuedAt">In seconds.</param>
/// <param name="Nonce">16 bytes; the same filing again has the same, and is not filed twice.</param>
/// <param name="Content">The application, JSON in UTF-8 as the officers' door takes it.</param>
public sealed record Filing(int Authority, string Matter, long IssuedAt, ReadOnlyMemory<byte> Nonce, ReadOnlyMemory<byte> Content)
{
    public const string Type = "elicense-filing+cose";
    public const int NonceSize = 16;
    public const int MaxContentBytes = 64 * 1024;

    // RFC 8392 3.1: iat, cti.
    private const int IssuedClaim = 6;
    private const int IdClaim = 7;
    private const int FilingClaim = -65539;
    private const int Format = 1;

    /// <exception cref="InvalidOperationException">A value is out of its bounds.</exception>
    public byte[] EncodeClaims()
    {
        if (Authority is < 1 or > 9999 || Matter.Length is 0 or > 32 || Nonce.Length != NonceSize || Content.Length is 0 or > MaxContentBytes)
            throw new InvalidOperationException($"A filing names an authority from 1 to 9999 and has at most {MaxContentBytes} bytes.");
        var writer = new CanonicalWriter(stackalloc byte[CanonicalWriter.UsualSize]);
        writer.WriteMap(3);
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
        return writer.ToArray();
    }
}
