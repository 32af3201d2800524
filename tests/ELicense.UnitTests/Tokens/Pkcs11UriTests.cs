using ELicense.Pkcs11;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace ELicense.UnitTests.Tokens;

/// <summary>RFC 7512.</summary>
public sealed class Pkcs11UriTests
{
    // RFC 7512 3, those of the examples that name a private key.
    [Theory]
    [InlineData("pkcs11:token=The%20Software%20PKCS%2311%20Softtoken;manufacturer=Snake%20Oil,%20Inc.;model=1.0;object=my-certificate;id=%69%95%3E%5C%F4%BD%EC%91")]
    [InlineData("pkcs11:token=Software%20PKCS%2311%20softtoken;manufacturer=Snake%20Oil,%20Inc.?pin-source=file:/etc/token_pin")]
    public void Examples_of_the_standard_are_read(string text)
    {
        Assert.True(Pkcs11Uri.TryParse(text, out var uri, out var fault), fault);
        Assert.Equal("Snake Oil, Inc.", uri.Manufacturer);
        Assert.Contains("PKCS#11", uri.Token, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_part_is_read()
    {
        Assert.True(Pkcs11Uri.TryParse(
            "PKCS11:token=%E7%99%BB%E8%AE%B0;serial=0a-1;model=SoftHSM%20v2;manufacturer=A%3BB;object=license;id=%00%fF;type=private"
            + "?module-path=/usr/lib/a%26b.so&module-name=softhsm2&pin-source=file:/run/pin&x-configuration=/etc/nss&x-other=1&x-other=2",
            out var uri, out var fault), fault);

        Assert.Equal(
            new Pkcs11Uri
            {
                Token = "登记",
                Serial = "0a-1",
                Model = "SoftHSM v2",
                Manufacturer = "A;B",
                Object = "license",
                Id = "00ff",
                ModulePath = "/usr/lib/a&b.so",
                ModuleName = "softhsm2",
                Pin = PinSource.File("/run/pin"),
                Configuration = "/etc/nss",
            },
            uri);
    }

    [Theory]
    [InlineData("", "no scheme")]
    [InlineData("pkcs12:token=a", "another scheme")]
    [InlineData("pkcs11:token", "no value, 2.3")]
    [InlineData("pkcs11:=a", "no name")]
    [InlineData("pkcs11:token=a;", "empty attribute")]
    [InlineData("pkcs11:token=a;token=a", "twice, 2.3")]
    [InlineData("pkcs11:token=a b", "a space stands for itself")]
    [InlineData("pkcs11:token=a/b", "a slash in the path")]
    [InlineData("pkcs11:token=a%2", "half an escape")]
    [InlineData("pkcs11:token=a%zz", "no escape")]
    [InlineData("pkcs11:token=登", "not ASCII")]
    [InlineData("pkcs11:token=%ff", "not UTF-8")]
    [InlineData("pkcs11:Token=a", "names are case-sensitive")]
    [InlineData("pkcs11:object=a;vendor-thing=1", "unknown in the path, 2.5")]
    [InlineData("pkcs11:object=a;slot-id=1", "slots are numbered anew")]
    [InlineData("pkcs11:object=a;type=cert", "no private key")]
    [InlineData("pkcs11:object=a?pin-value=482915", "a PIN in the text")]
    [InlineData("pkcs11:object=a?pin-source=file:/a&pin-source=file:/b", "twice, 2.4")]
    [InlineData("pkcs11:object=a?pin-source=|/bin/sh", "a command")]
    [InlineData("pkcs11:object=a?module-path=lib.so", "not absolute")]
    [InlineData("pkcs11:object=a?#", "a fragment")]
    public void What_names_no_key_is_refused(string text, string why)
    {
        Assert.False(Pkcs11Uri.TryParse(text, out _, out var fault), why);
        Assert.DoesNotContain("482915", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_written_is_read_again()
    {
        var uris =
            from token in Text
            from serial in Text
            from label in Text
            from id in ArbMap.Default.GeneratorFor<byte[]>()
            from path in Text
            from pin in Text
            select new Pkcs11Uri
            {
                Token = token,
                Serial = serial,
                Object = label,
                Id = id is null ? null : Convert.ToHexStringLower(id),
                ModulePath = path is null ? null : "/" + path,
                Pin = pin is null or "" ? null : PinSource.File(pin),
            };
        Prop.ForAll(uris.ToArbitrary(), uri => Pkcs11Uri.TryParse(uri.ToString(), out var again, out _) && again == uri).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Bytes_at_random_are_refused_or_read_and_never_thrown_at() =>
        Prop.ForAll(ArbMap.Default.GeneratorFor<string>().ToArbitrary(), text =>
        {
            foreach (var candidate in (string[])[text ?? "", "pkcs11:" + text, "pkcs11:object=" + text, "pkcs11:object=a?module-path=/" + text])
            {
                if (Pkcs11Uri.TryParse(candidate, out var uri, out _) && (!Pkcs11Uri.TryParse(uri.ToString(), out var again, out _) || again != uri))
                    return false;
            }

            return true;
        }).QuickCheckThrowOnFailure();

    // Lone surrogates have no UTF-8.
    private static Gen<string?> Text => ArbMap.Default.GeneratorFor<string?>()
        .Select(text => text is null ? null : string.Concat(text.Select(c => char.IsSurrogate(c) ? '登' : c)));
}
