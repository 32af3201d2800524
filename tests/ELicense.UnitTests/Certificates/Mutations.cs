namespace ELicense.UnitTests.Certificates;

/// <summary>Bytes that were right, put wrong in every way that a line or a hand does it; the same ones in each run.</summary>
internal static class Mutations
{
    /// <summary>One byte changed, bytes cut, inserted, doubled, swapped and runs overwritten.</summary>
    public static IEnumerable<byte[]> Of(byte[] right, int count)
    {
        var random = new Random(20261122);
        for (var i = 0; i < count; i++)
        {
            var bytes = (byte[])right.Clone();
            for (var changes = random.Next(1, 4); changes > 0; changes--)
                bytes = Once(bytes, random);
            if (!bytes.AsSpan().SequenceEqual(right))
                yield return bytes;
        }
    }

    private static byte[] Once(byte[] bytes, Random random)
    {
        if (bytes.Length < 4)
            return [.. bytes, 0x30];
        var at = random.Next(bytes.Length);
        var length = random.Next(1, Math.Min(16, bytes.Length - at) + 1);
        switch (random.Next(7))
        {
            case 0:
                bytes[at] ^= (byte)(1 << random.Next(8));
                return bytes;
            case 1:
                bytes[at] = (byte)random.Next(256);
                return bytes;
            case 2:
                return bytes[..at];
            case 3:
                return [.. bytes[..at], .. bytes[(at + length)..]];
            case 4:
                return [.. bytes[..at], .. bytes[at..(at + length)], .. bytes[at..]];
            case 5:
                random.NextBytes(bytes.AsSpan(at, length));
                return bytes;
            default:
                // A length octet that promises much.
                bytes[at] = (byte)(0x80 + random.Next(6));
                return bytes;
        }
    }
}
