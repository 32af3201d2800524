using System.Text;
using ELicense.Authority;
using ELicense.Cryptography.Certificates;
using ELicense.Cryptography.Keys;

namespace ELicense.Cli.Officers;

/// <summary>One matter over the door, and the certificate that comes of it: the two calls of a counter that holds the token (docs/certificates.md, At a counter).</summary>
internal sealed class MatterDesk(AuthorityDoor door)
{
    public Task<OfficerDocument> WhoAmIAsync(CancellationToken cancellation) => door.GetAsync("/api/v1/me", OfficersJson.Default.OfficerDocument, cancellation);

    public Task<ApplicationDocument> FindMatterAsync(long id, CancellationToken cancellation) =>
        door.GetAsync($"/api/v1/applications/{id}", OfficersJson.Default.ApplicationDocument, cancellation);

    public Task<RegisterDocument> FindLicenseAsync(string licenseNumber, CancellationToken cancellation) =>
        door.GetAsync($"/api/v1/register/{licenseNumber}", OfficersJson.Default.RegisterDocument, cancellation);

    public async Task<OfficeDocument> FindOfficeAsync(int number, CancellationToken cancellation) =>
        (await door.GetAsync("/api/v1/offices", OfficersJson.Default.OfficeList, cancellation)).Offices.Single(office => office.Number == number);

    public Task<ApplicationDocument> ApplyAsync(ApplicationRequest request, CancellationToken cancellation) => door.PostAsync(
        "/api/v1/applications", JsonContent.Create(request, OfficersJson.Default.ApplicationRequest), OfficersJson.Default.ApplicationDocument, cancellation);

    public Task<ApplicationDocument> ApproveAsync(long id, string contentHash, CancellationToken cancellation) => door.PostAsync(
        $"/api/v1/applications/{id}/approval", JsonContent.Create(new DecisionRequest(contentHash), OfficersJson.Default.DecisionRequest), OfficersJson.Default.ApplicationDocument, cancellation);

    /// <summary>The certificate that the matter gives a right to; the same key gets the same one again.</summary>
    /// <param name="request">PKCS #10, DER.</param>
    public Task<CertificateAnswer> IssueAsync(long matter, byte[] request, CancellationToken cancellation) => door.PostAsync(
        $"/api/v1/applications/{matter}/certificate",
        JsonContent.Create(new CertificateRequestBody(Convert.ToBase64String(request), CounterToken: true), OfficersJson.Default.CertificateRequestBody),
        OfficersJson.Default.CertificateAnswer, cancellation);

    /// <summary>Shows that the token holds the certified key; shown once, it stays handed over.</summary>
    public Task<CertificateAnswer> ConfirmAsync(long matter, SigningKey key, string challenge, CancellationToken cancellation) => door.PostAsync(
        $"/api/v1/applications/{matter}/certificate/confirmation",
        JsonContent.Create(new ConfirmationBody(Convert.ToBase64String(X509Signing.Signature(key, Encoding.ASCII.GetBytes(challenge)))), OfficersJson.Default.ConfirmationBody),
        OfficersJson.Default.CertificateAnswer, cancellation);
}
