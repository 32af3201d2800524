using System.Diagnostics.CodeAnalysis;
using System.Formats.Cbor;
using ELicense.Core;
using ELicense.Core.Tokens;

namespace ELicense.Issuance.Store;

/// <summary>Reads back CBOR that this register stored; a database may have been touched, so nothing is taken for granted.</summary>
internal static class StoredCbor
{
    public delegate bool Reading<T>(CborReader reader, [NotNullWhen(true)] out T? value, out Refusal refusal)
        where T : class;

    /// <summary>Codes: those of <see cref="CanonicalCbor.Check"/>, of <paramref name="read"/>, and malformed for another shape.</summary>
    /// <param name="what">Begins the refusal's detail.</param>
    public static bool TryRead<T>(
        ReadOnlyMemory<byte> bytes, int maxBytes, int maxDepth, string what, Reading<T> read, [NotNullWhen(true)] out T? value, out Refusal refusal)
        where T : class
    {
        value = null;
        if (!CanonicalCbor.Check(bytes.Span, maxBytes, maxDepth, out refusal))
            return false;
        try
        {
            return read(new CborReader(bytes, CborConformanceMode.Strict), out value, out refusal);
        }
        catch (Exception e) when (e is CborContentException or InvalidOperationException or OverflowException or ArgumentException)
        {
            refusal = new Refusal(Codes.Malformed, $"{what}: {e.Message}");
            return false;
        }
    }
}
