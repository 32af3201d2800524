using System.Text;
using ELicense.Issuance.Import;
using Xunit;

namespace ELicense.UnitTests.Import;

[Collection(Alone.Name)]
public sealed class RegisterCsvMemoryTests
{
    [Fact]
    public void Memory_stays_flat_over_a_large_file()
    {
        using var stream = new RepeatingStream(Encoding.UTF8.GetBytes(RegisterCsvTests.Header), Encoding.UTF8.GetBytes(RegisterCsvTests.First.Replace("软件开发", new string('营', 1000), StringComparison.Ordinal)), 8_000);
        long rows = 0, most = 0, before = GC.GetTotalMemory(forceFullCollection: true);
        foreach (var _ in RegisterCsv.Read(stream))
        {
            if (++rows % 2_000 == 0)
                most = Math.Max(most, GC.GetTotalMemory(forceFullCollection: true) - before);
        }

        Assert.Equal(8_000, rows);
        Assert.InRange(most, 0, 4_000_000);
    }

    /// <summary>A head, then the same bytes many times, in pieces of uneven length.</summary>
    private sealed class RepeatingStream(byte[] head, byte[] body, int times) : Stream
    {
        private readonly long _length = head.Length + ((long)body.Length * times);

        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => throw new NotSupportedException();
        public override long Position { get; set; }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer)
        {
            if (Position >= _length)
                return 0;
            var source = Position < head.Length ? head.AsSpan((int)Position) : body.AsSpan((int)((Position - head.Length) % body.Length));
            var count = Math.Min(source.Length, Math.Min(buffer.Length, 997));
            source[..count].CopyTo(buffer);
            Position += count;
            return count;
        }

        public override void Flush() => throw new NotSupportedException();
        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();
        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
