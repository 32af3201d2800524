using System.Globalization;
using ELicense.Core.Licenses;
using ELicense.UnitTests.Docs;
using Xunit;

namespace ELicense.UnitTests.Licenses;

public sealed class LicenseFormatTests
{
    [Fact]
    public void The_documents_number_and_identifier_are_what_we_write()
    {
        var number = new LicenseNumber(44, 17);
        Assert.Equal(FormatsDocument.Example("license-number").Trim(), number.ToString());
        Assert.Equal(
            FormatsDocument.Example("license-identifier").Trim(),
            new LicenseIdentifier(LicenseIdentifier.DefaultRoot, LicenseIdentifier.BusinessLicenseType, "91350100M000100Y43", number.Digits, 2).ToString());
    }

    [Fact]
    public void The_documents_standings_are_the_codes() => Assert.Equal(
        FormatsTable.Under("Standings").Select(cells => $"{cells[0]} {cells[1]}"),
        Enum.GetValues<Standing>().Select(standing => string.Create(CultureInfo.InvariantCulture, $"{(int)standing} {standing}")));

    [Fact]
    public void The_documents_arrows_are_the_machines() => Assert.Equal(
        FormatsTable.Under("Lifecycle").Select(cells => string.Join(' ', cells)),
        StandingMachine.Arrows.Select(arrow => $"{arrow.From} {arrow.Event} {arrow.To}"));

    [Fact]
    public void The_documents_arrows_of_certificates_are_the_machines() => Assert.Equal(
        FormatsTable.Under("Lifecycle of certificates").Select(cells => string.Join(' ', cells)),
        CertificateMachine.Arrows.Select(arrow => $"{arrow.From} {arrow.Event} {arrow.To}"));

    [Fact]
    public void Followers_take_every_arrow_of_a_certificate() => Assert.All(
        CertificateMachine.Arrows, arrow => Assert.True(StandingMachine.IsPossible(arrow.From, arrow.To), arrow.ToString()));

    [Fact]
    public void The_documents_reasons_are_the_codes() => Assert.Equal(
        FormatsTable.Under("Reasons").Select(cells => string.Join(' ', cells)),
        Reasons.All.Select(reason => string.Create(CultureInfo.InvariantCulture, $"{reason.Number} {reason.Code} {reason.For} {reason.Chinese} {reason.English}")));

    [Fact]
    public void The_documents_reasons_of_certificates_are_the_codes() => Assert.Equal(
        FormatsTable.Under("Reasons of certificates").Select(cells => string.Join(' ', cells)),
        CertificateReasons.All.Select(reason => string.Create(CultureInfo.InvariantCulture, $"{reason.Number} {reason.Code} {reason.For} {reason.Chinese} {reason.English}")));

    [Fact]
    public void No_number_or_code_of_a_reason_is_used_twice()
    {
        var all = Reasons.All.Select(reason => (reason.Number, reason.Code)).Concat(CertificateReasons.All.Select(reason => (reason.Number, reason.Code))).ToList();
        Assert.Equal(all.Count, all.Select(reason => reason.Number).Distinct().Count());
        Assert.Equal(all.Count, all.Select(reason => reason.Code).Distinct(StringComparer.Ordinal).Count());
        Assert.Null(Reasons.Find(0));
    }

    [Fact]
    public void A_reason_is_found_by_its_code_and_by_its_number() =>
        Assert.Equal(Reasons.Find(64), Reasons.Find("cancelled-after-revocation"));
}
