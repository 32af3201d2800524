using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace ELicense.Core;

/// <summary>A SHA-256 digest (FIPS 180-4): 32 bytes, compared by value.</summary>
public readonly struct Digest : IEquatable<Digest>
{
    public const int Size = 32;

    private readonly Bytes _bytes;

    [InlineArray(Size)]
    private struct Bytes
    {
        private byte _first;
    }

    /// <param name="bytes">Exactly 32 bytes.</param>
    public Digest(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Size)
            throw new ArgumentException($"A SHA-256 digest has 32 bytes, not {bytes.Length}.", nameof(bytes));
        bytes.CopyTo(_bytes);
    }

    /// <summary>SHA-256 of <paramref name="data"/>.</summary>
    public static Digest Of(ReadOnlySpan<byte> data)
    {
        Span<byte> hash = stackalloc byte[Size];
        SHA256.HashData(data, hash);
        return new Digest(hash);
    }

    [UnscopedRef]
    public ReadOnlySpan<byte> Span => MemoryMarshal.CreateReadOnlySpan(ref Unsafe.As<Bytes, byte>(ref Unsafe.AsRef(in _bytes)), Size);

    public byte[] ToArray() => Span.ToArray();

    /// <summary>64 lower-case hexadecimal digits.</summary>
    public override string ToString() => Convert.ToHexStringLower(Span);

    public static bool TryParseHex(string? text, out Digest digest)
    {
        digest = default;
        Span<byte> bytes = stackalloc byte[Size];
        if (text is not { Length: 2 * Size } || Convert.FromHexString(text, bytes, out _, out _) != System.Buffers.OperationStatus.Done)
            return false;
        digest = new Digest(bytes);
        return true;
    }

    public bool Equals(Digest other) => Span.SequenceEqual(other.Span);

    public override bool Equals(object? obj) => obj is Digest other && Equals(other);

    public override int GetHashCode() => MemoryMarshal.Read<int>(Span);

    public static bool operator ==(Digest left, Digest right) => left.Equals(right);

    public static bool operator !=(Digest left, Digest right) => !left.Equals(right);
}
