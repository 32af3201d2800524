using ELicense.Core;
using ELicense.Core.Licenses;
using ELicense.Core.Log;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace ELicense.UnitTests.Log;

public sealed class LogEntryTests
{
    private const string Time = "1b0000019b76daa800";
    private const string Code = "7239313335303130304d303030313030593433"; // 91350100M000100Y43
    private const string Certificate = "82480123456789abcdef425a01";
    private const string Digest = "5820000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

    private static string? CodeOf(string hex) =>
        LogEntry.TryDecode(Convert.FromHexString(hex), out _, out var refusal) ? null : refusal.Code;

    public static TheoryData<string> Examples => [.. new[]
    {
        LogExamples.LicenseIssued, LogExamples.LicenseSuspended, LogExamples.CertificateIssued, LogExamples.AuditHead,
    }.Select(entry => Convert.ToHexString(entry.Encode()))];

    [Fact]
    public void Reads_an_issued_license()
    {
        Assert.True(LogEntry.TryDecode(Convert.FromHexString("890101" + Time + Code + "00050000" + Digest), out var entry, out _));
        Assert.Equal(LogExamples.LicenseIssued, entry);
    }

    [Fact]
    public void Reads_a_status_of_a_certificate()
    {
        Assert.True(LogEntry.TryDecode(Convert.FromHexString("890104" + Time + Certificate + "0119ffff0c02f6"), out var entry, out _));
        var subject = Assert.IsType<CertificateSubject>(entry.Subject);
        Assert.Equal(("0123456789abcdef", "5a01", 1, 65535, Standing.Cancelled, 2), (subject.Issuer.ToString(), subject.SerialHex, entry.List, entry.Index, entry.Standing, entry.Reason));
    }

    [Fact]
    public void Reads_an_audit_head()
    {
        Assert.True(LogEntry.TryDecode(Convert.FromHexString("890105" + Time + "f600000000" + Digest), out var entry, out _));
        Assert.Equal(LogExamples.AuditHead, entry);
    }

    [Theory]
    [InlineData("890118" + "80" + Time + "f600000000f6")]
    [InlineData("890119" + "1000" + Time + Code + "00050200" + Digest)]
    public void Keeps_entries_that_never_change_a_standing(string hex)
    {
        Assert.True(LogEntry.TryDecode(Convert.FromHexString(hex), out var entry, out _));
        Assert.True(entry.IsSkippable);
    }

    [Theory]
    [InlineData("890100" + Time + "f600000000f6")]
    [InlineData("890106" + Time + "f600000000f6")]
    [InlineData("8901187f" + Time + "f600000000f6")]
    [InlineData("830106a100818101")]
    public void Refuses_an_unknown_kind_that_might_change_a_standing(string hex) => Assert.Equal(Codes.UnknownEntry, CodeOf(hex));

    [Fact]
    public void Refuses_another_format() => Assert.Equal(Codes.UnknownFormat, CodeOf("890201" + Time + Code + "00050000" + Digest));

    [Theory]
    [InlineData("")]
    [InlineData("80")]
    [InlineData("a0")]
    [InlineData("890101")]
    [InlineData("880101" + Time + Code + "000500" + Digest)] // eight elements
    [InlineData("890101" + Time + Code + "00050000f6")] // issued, no digest
    [InlineData("890101" + Time + Code + "00050100" + Digest)] // issued, not valid
    [InlineData("890101" + Time + "f600050000" + Digest)] // no subject
    [InlineData("890101" + Time + Certificate + "00050000" + Digest)] // a license with a certificate for subject
    [InlineData("890101" + Time + Code + "00050000581f" + "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e")]
    [InlineData("890102" + Time + Code + "00050200" + Digest)] // a status with a digest
    [InlineData("890102" + Time + Code + "00050f00f6")] // not issued any more
    [InlineData("890102" + Time + Code + "00050400f6")] // a status without meaning
    [InlineData("890102" + Time + Code + "001a001000000200f6")] // index 2^20
    [InlineData("890102" + Time + Code + "1927100502" + "00f6")] // list 10,000
    [InlineData("890102" + Time + Code + "00050219" + "2710f6")] // reason 10,000
    [InlineData("890102" + Time + Code + "00200200f6")] // negative index
    [InlineData("890102" + "1b0000e677d21fdc00" + Code + "00050200f6")] // the year 10000
    [InlineData("890104" + Time + Certificate + "001a000100000200f6")] // index 65536 of certificates
    [InlineData("890104" + Time + "82480123456789abcdef42" + "005a00050200f6")] // serial with leading zero
    [InlineData("890104" + Time + "82480123456789abcdef40" + "00050200f6")] // no serial
    [InlineData("890104" + Time + "82470123456789abcd425a01" + "00050200f6")] // kid of 7 bytes
    [InlineData("890104" + Time + "82480123456789abcdef555a" + "0102030405060708090a0b0c0d0e0f1011121314" + "00050200f6")] // serial of 21 bytes
    [InlineData("890105" + Time + Code + "00000000" + Digest)] // audit head with a subject
    [InlineData("890105" + Time + "f600010000" + Digest)] // audit head with an index
    [InlineData("890102" + Time + Code + "00050200f600")] // a byte after the end
    [InlineData("890102" + Time + Code + "00050200f7")] // undefined for null
    [InlineData("890102" + Time + Code + "00050200f4")] // false for null
    public void Refuses_what_is_not_an_entry(string hex) => Assert.Equal(Codes.Malformed, CodeOf(hex));

    [Theory]
    [InlineData("89011801" + Time + Code + "00050000" + Digest)] // kind in a longer head
    [InlineData("9f0101" + Time + Code + "00050000" + Digest + "ff")] // indefinite length
    [InlineData("890101" + Time + Code + "000500005900200001" + "02030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f")]
    public void Refuses_another_encoding_of_an_entry(string hex) => Assert.Equal(Codes.NotCanonical, CodeOf(hex));

    [Fact]
    public void Refuses_a_subject_whose_check_character_is_wrong() =>
        Assert.Equal(Codes.CreditCodeCheck, CodeOf("890102" + Time + "7239313335303130304d303030313030593434" + "00050200f6"));

    [Fact]
    public void Refuses_more_than_a_kibibyte() => Assert.Equal(Codes.TooLarge, CodeOf("890105" + Time + "f600000000" + "590400" + new string('0', 2048)));

    [Fact]
    public void Does_not_write_what_it_would_refuse() =>
        Assert.Throws<InvalidOperationException>(() => (LogExamples.LicenseIssued with { Standing = Standing.Revoked }).Encode());

    [Theory]
    [MemberData(nameof(Examples))]
    public void Reads_what_it_wrote(string hex)
    {
        Assert.True(LogEntry.TryDecode(Convert.FromHexString(hex), out var entry, out _));
        Assert.Equal(hex, Convert.ToHexString(entry.Encode()));
    }

    [Theory]
    [MemberData(nameof(Examples))]
    public void A_mutated_entry_is_refused_or_comes_back_the_same(string hex) =>
        Prop.ForAll<ushort, byte>((position, value) =>
        {
            var bytes = Convert.FromHexString(hex);
            bytes[position % bytes.Length] = value;
            return !LogEntry.TryDecode(bytes, out var entry, out _) || entry.Encode().SequenceEqual(bytes);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Any_bytes_are_refused_or_come_back_the_same() =>
        Prop.ForAll<byte[]>(bytes => !LogEntry.TryDecode(bytes, out var entry, out _) || entry.Encode().SequenceEqual(bytes)).QuickCheckThrowOnFailure();
}
