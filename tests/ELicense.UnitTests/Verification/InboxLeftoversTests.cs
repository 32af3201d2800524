using System.Security.Cryptography;
using ELicense.Verification.Filings;
using Xunit;

namespace ELicense.UnitTests.Verification;

public sealed class InboxLeftoversTests : IDisposable
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UtcNow;

    private readonly string _inbox = Directory.CreateTempSubdirectory("elicense-leftovers-").FullName;

    public void Dispose() => Directory.Delete(_inbox, recursive: true);

    [Fact]
    public void What_was_cut_off_a_day_ago_is_removed_and_nothing_else()
    {
        var filing = RandomNumberGenerator.GetBytes(1000);
        var (longAgo, justNow) = (TimeSpan.FromHours(25), TimeSpan.FromHours(23));
        string[] removed = [Put(Name('a'), filing[..500], longAgo), Put(Name('b'), [], longAgo), Put($"{Name('c')}.new", filing, longAgo)];
        var written = Put($"{Name('d')}.new", filing[..500], longAgo);
        string[] stay =
        [
            written, Put(Convert.ToHexStringLower(SHA256.HashData(filing)), filing, longAgo), Put(Name('e'), filing[..500], justNow), Put($"{Name('f')}.new", filing, justNow),
            Put("readme.new", filing, longAgo), Put(Name('A'), filing, longAgo), Put($"{Name('9')}.tmp", filing, longAgo), Put(Name('8'), new byte[1 << 20], longAgo),
        ];
        File.CreateSymbolicLink(Path.Combine(_inbox, Name('7')), stay[4]);

        // As WholeFile has it open while it writes.
        using (new FileStream(written, FileMode.Open, FileAccess.Write))
            Assert.Equal(removed.Length, InboxLeftovers.Remove(_inbox, Now));

        Assert.All(removed, path => Assert.False(File.Exists(path), path));
        Assert.Equal([.. stay.Append(Path.Combine(_inbox, Name('7'))).Order(StringComparer.Ordinal)], Directory.GetFiles(_inbox).Order(StringComparer.Ordinal));
        Assert.Equal(1, InboxLeftovers.Remove(_inbox, Now));
        Assert.False(File.Exists(written));
        Assert.Equal(0, InboxLeftovers.Remove(Path.Combine(_inbox, "none"), Now));
    }

    private static string Name(char digit) => new(digit, 64);

    private string Put(string name, byte[] content, TimeSpan age)
    {
        var path = Path.Combine(_inbox, name);
        File.WriteAllBytes(path, content);
        File.SetLastWriteTimeUtc(path, (Now - age).UtcDateTime);
        return path;
    }
}
