using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace ELicense.Issuance.Store;

/// <summary>
/// Rows in the binary format of COPY (https://www.postgresql.org/docs/15/sql-copy.html, "Binary Format"), written here: Npgsql's importer looks for the writer of each value anew,
/// and sends 8 KB at a time.
/// </summary>
internal static class BinaryCopy
{
    // Below the size from which an array lives with the old objects.
    private const int BufferSize = 80_000;
    private const int SentAtOnce = 64 * 1024;
    private const int Null = -1;
    private const short Trailer = -1;

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Signature, flags, no extension.</summary>
    private static ReadOnlySpan<byte> Header => [0x50, 0x47, 0x43, 0x4F, 0x50, 0x59, 0x0A, 0xFF, 0x0D, 0x0A, 0x00, 0, 0, 0, 0, 0, 0, 0, 0];

    /// <param name="rows">Values of columns BIGINT (long), TEXT (string) and BYTEA (byte[]).</param>
    /// <exception cref="ArgumentException">A value of another type, or a text that is no text.</exception>
    public static void Write(Stream destination, IReadOnlyList<object?[]> rows)
    {
        var buffer = new ArrayBufferWriter<byte>(BufferSize);
        buffer.Write(Header);
        foreach (var row in rows)
        {
            Write(buffer, (short)row.Length);
            foreach (var value in row)
                Write(buffer, value);
            if (buffer.WrittenCount < SentAtOnce)
                continue;
            destination.Write(buffer.WrittenSpan);
            buffer.ResetWrittenCount();
        }

        Write(buffer, Trailer);
        destination.Write(buffer.WrittenSpan);
    }

    /// <summary>Each value after its length in bytes; integers in network order.</summary>
    private static void Write(ArrayBufferWriter<byte> buffer, object? value)
    {
        switch (value)
        {
            case null:
                Write(buffer, Null);
                break;
            case long number:
                Write(buffer, sizeof(long));
                BinaryPrimitives.WriteInt64BigEndian(buffer.GetSpan(sizeof(long)), number);
                buffer.Advance(sizeof(long));
                break;
            case string text:
                var length = Utf8.GetByteCount(text);
                Write(buffer, length);
                buffer.Advance(Utf8.GetBytes(text, buffer.GetSpan(length)));
                break;
            case byte[] bytes:
                Write(buffer, bytes.Length);
                buffer.Write(bytes);
                break;
            default:
                throw new ArgumentException($"The register has no column for {value.GetType()}.", nameof(value));
        }
    }

    private static void Write(ArrayBufferWriter<byte> buffer, int number)
    {
        BinaryPrimitives.WriteInt32BigEndian(buffer.GetSpan(sizeof(int)), number);
        buffer.Advance(sizeof(int));
    }

    private static void Write(ArrayBufferWriter<byte> buffer, short number)
    {
        BinaryPrimitives.WriteInt16BigEndian(buffer.GetSpan(sizeof(short)), number);
        buffer.Advance(sizeof(short));
    }
}
