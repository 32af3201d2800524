namespace ELicense.Cryptography.Keys;

/// <summary>Signatures of P-256 as X.509 and libcrypto carry them: SEQUENCE { r, s } in DER (RFC 3279 2.2.3).</summary>
internal static class EcdsaSigValue
{
    public const int MaxSize = 2 + (2 * (2 + Half + 1));

    private const int Half = Suites.SignatureSize / 2;
    private const byte Sequence = 0x30;
    private const byte Integer = 0x02;

    /// <param name="signature">r‖s, 64 bytes.</param>
    /// <param name="der">At least <see cref="MaxSize"/> bytes.</param>
    /// <returns>How many were written.</returns>
    public static int Write(ReadOnlySpan<byte> signature, Span<byte> der)
    {
        var end = WriteInteger(signature[..Half], der, 2);
        end = WriteInteger(signature[Half..], der, end);
        (der[0], der[1]) = (Sequence, (byte)(end - 2));
        return end;
    }

    // X.690 8.3: the least number of octets; a first bit of 1 would be a sign.
    private static int WriteInteger(ReadOnlySpan<byte> number, Span<byte> der, int at)
    {
        var first = number.IndexOfAnyExcept((byte)0);
        number = first < 0 ? number[^1..] : number[first..];
        var padding = number[0] >> 7;
        der[at++] = Integer;
        der[at++] = (byte)(padding + number.Length);
        if (padding == 1)
            der[at++] = 0;
        number.CopyTo(der[at..]);
        return at + number.Length;
    }
}
