using System.Net;
using System.Security.Cryptography.X509Certificates;
using ELicense.IntegrationTests.Issuance;
using Xunit;

namespace ELicense.IntegrationTests.Authority;

/// <summary>The two calls of a counter that holds an enterprise's token.</summary>
public sealed class CertificatesTests : IAsyncLifetime
{
    private readonly TokenKey _token = new();
    private OfficersStation _station = null!;

    public async ValueTask InitializeAsync() => _station = await OfficersStation.StartAsync();

    public async ValueTask DisposeAsync()
    {
        _token.Dispose();
        await _station.DisposeAsync();
    }

    [Fact]
    public async Task A_counter_gets_a_certificate_and_hands_it_over()
    {
        var matter = (await _station.IssueAsync(1)).GetProperty("id").GetInt64();
        var path = $"/api/v1/applications/{matter}/certificate";

        var (status, answer) = await OfficersStation.PostAsync(_station.As("clerk"), path, new { csr = Convert.ToBase64String(_token.Request()), counterToken = true });

        Assert.Equal(HttpStatusCode.OK, status);
        using var certificate = X509Certificate2.CreateFromPem(answer.GetProperty("certificate").GetString());
        using var issuer = X509Certificate2.CreateFromPem(answer.GetProperty("chain")[0].GetString());
        Assert.Equal(issuer.SubjectName.RawData, certificate.IssuerName.RawData);
        var details = answer.GetProperty("details");
        Assert.Equal(certificate.SerialNumber, details.GetProperty("serial").GetString(), ignoreCase: true);
        var license = (await OfficersStation.GetAsync(_station.As("auditor"), $"/api/v1/applications/{matter}")).Body.GetProperty("licenseNumber").GetString();
        Assert.Equal(
            await _station.As("clerk").GetByteArrayAsync($"/api/v1/register/{license}/versions/1/file", TestContext.Current.CancellationToken), answer.GetProperty("licenseFile").GetBytesFromBase64());

        var signature = Convert.ToBase64String(_token.Sign(answer.GetProperty("challenge").GetString()!));
        (status, var confirmed) = await OfficersStation.PostAsync(_station.As("clerk"), path + "/confirmation", new { signature });

        Assert.Equal(HttpStatusCode.OK, status);
        var listed = (await OfficersStation.GetAsync(_station.As("clerk"), $"/api/v1/register/{license}")).Body.GetProperty("certificates")[0];
        Assert.Equal(confirmed.GetProperty("details").GetRawText(), listed.GetRawText());
        Assert.Equal(("valid", true, matter), (listed.GetProperty("standing").GetString(), listed.GetProperty("counterToken").GetBoolean(), listed.GetProperty("matter").GetInt64()));
        Assert.True(listed.TryGetProperty("handedOverAt", out _));
    }

    [Fact]
    public async Task What_is_no_request_or_no_right_is_refused_with_its_code()
    {
        var matter = (await _station.IssueAsync(1)).GetProperty("id").GetInt64();
        var (_, waiting) = await OfficersStation.PostAsync(_station.As("clerk"), "/api/v1/applications", OfficersStation.Issuance(2));
        var csr = Convert.ToBase64String(_token.Request());

        Assert.Equal((HttpStatusCode.BadRequest, "malformed"), await PostAsync($"{matter}/certificate", new { csr = "!" }));
        Assert.Equal((HttpStatusCode.BadRequest, "malformed"), await PostAsync($"{matter}/certificate", new { csr = "MAA=" }));
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "subject-foreign"), await PostAsync($"{matter}/certificate", new { csr = Convert.ToBase64String(_token.Request("CN=Mallory")) }));
        Assert.Equal((HttpStatusCode.Conflict, "state-conflict"), await PostAsync($"{waiting.GetProperty("id")}/certificate", new { csr }));
        Assert.Equal((HttpStatusCode.NotFound, "not-found"), await PostAsync("4711/certificate", new { csr }));
        Assert.Equal((HttpStatusCode.NotFound, "not-found"), await PostAsync($"{matter}/certificate/confirmation", new { signature = "AAAA" }));
        await PostAsync($"{matter}/certificate", new { csr });
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "holder-signature"), await PostAsync($"{matter}/certificate/confirmation", new { signature = "AAAA" }));
        using var other = new TokenKey();
        Assert.Equal((HttpStatusCode.Conflict, "certificate-issued"), await PostAsync($"{matter}/certificate", new { csr = Convert.ToBase64String(other.Request()) }));
    }

    private async Task<(HttpStatusCode Status, string? Code)> PostAsync(string path, object body)
    {
        var (status, answer) = await OfficersStation.PostAsync(_station.As("clerk"), "/api/v1/applications/" + path, body);
        return (status, answer.TryGetProperty("code", out var code) ? code.GetString() : null);
    }
}
