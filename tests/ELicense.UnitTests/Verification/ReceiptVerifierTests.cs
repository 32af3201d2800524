using System.Text;
using System.Text.Json.Nodes;
using ELicense.Core;
using ELicense.Core.Licenses;
using ELicense.Core.Trust;
using ELicense.Cryptography.Certificates.PublicKeys;
using ELicense.Cryptography.Envelopes;
using ELicense.Cryptography.Keys;
using ELicense.UnitTests.Certificates;
using ELicense.Verification.Receipts;
using ELicense.Verification.Verdicts;
using Xunit;

namespace ELicense.UnitTests.Verification;

/// <summary>What a bank keeps, judged years later by the trust card alone; who lies in it is a delegate with a good certificate.</summary>
public sealed class ReceiptVerifierTests : FollowedPublication
{
    private readonly SigningKey _delegate = SoftwareSigningKey.Generate(Suite.Es256);
    private readonly TestIssuers _officers;

    public ReceiptVerifierTests() => _officers = new TestIssuers(Publication.Authority.Make(Suite.Es256), Publication.Authority.Make(Suite.Es256), since: TestAuthority.Now.AddDays(-30));

    private TrustCard Card => Publication.Authority.Card() with
    {
        Keys =
        [
            .. Publication.Authority.Card().Keys,
            TestAuthority.Trusted(KeyRole.OfficersCa, _officers.Key) with { Certificate = _officers.Certificate.RawData },
        ],
        Delegations = [new Delegation("receipt", _officers.Key.PublicKey.Kid, "1.3.6.1.4.1.32473.3.2")],
    };

    [Theory]
    [InlineData(0, "valid")]
    [InlineData(1, "suspended")]
    public async Task A_receipt_is_genuine_by_the_card_alone(int day, string value)
    {
        var trust = Publication.Authority.Trust(Card);
        Assert.True(ReceiptVerifier.TryVerify(Encoding.ASCII.GetBytes(await ReceiptAsync(day)), trust, out var receipt, out var refusal), refusal.ToString());
        Assert.Equal((value, TestAuthority.Now.AddDays(day - 5)), (receipt.Logged.Verdict.ApiName(), receipt.Logged.At));
    }

    [Theory]
    [InlineData("verdict.status.value", "revoked", Codes.ReceiptProof)]
    [InlineData("verdict.verdict", "valid", Codes.ReceiptProof)]
    [InlineData("verdict.status.index", 2, Codes.ReceiptProof)]
    [InlineData("uscc", "91110000600037341L", Codes.ReceiptProof)]
    [InlineData("at", 0, Codes.ReceiptProof)]
    [InlineData("log.entries.0.position", 0, Codes.ReceiptProof)]
    [InlineData("authority", 6202, Codes.TrustRoot)]
    [InlineData("origin", "gs.example.cn/another", Codes.TrustRoot)]
    [InlineData("issued", 0, Codes.ReceiptSignature)]
    [InlineData("version", 2, Codes.UnknownFormat)]
    [InlineData("uscc", "91350100M000100Y44", Codes.Malformed)]
    [InlineData("verdict.status.value", "good", Codes.Malformed)]
    public async Task A_delegate_that_lies_is_refused(string member, object value, string code)
    {
        var payload = JsonNode.Parse(Convert.FromBase64String(Padded((await ReceiptAsync(1)).Split('.')[1])))!;
        var path = member.Split('.');
        var place = path[..^1].Aggregate(payload, (node, name) => int.TryParse(name, out var at) ? node[at]! : node[name]!);
        place[path[^1]] = JsonValue.Create(value);
        Assert.Equal(code, Refused(Jws.Sign(_delegate, Receipt.Type, Encoding.UTF8.GetBytes(payload.ToJsonString())), Card));
    }

    [Fact]
    public async Task A_receipt_by_somebody_else_or_altered_is_refused()
    {
        var receipt = await ReceiptAsync(1);
        var payload = Convert.FromBase64String(Padded(receipt.Split('.')[1]));
        // Signed by a key that is not the certificate's; by a certificate that the card lets nobody sign receipts with; of another kind.
        Assert.Equal(Codes.ReceiptSignature, Refused(Jws.Sign(_officers.Key, Receipt.Type, payload), Card));
        Assert.Equal(Codes.ReceiptSignature, Refused(receipt, Card with { Delegations = [] }));
        Assert.Equal(Codes.ReceiptSignature, Refused(receipt, Card with { Delegations = [new Delegation("receipt", _officers.Key.PublicKey.Kid, "1.3.6.1.4.1.32473.3.1")] }));
        Assert.Equal(Codes.UnknownFormat, Refused(Jws.Sign(_delegate, "elicense-other+jws", payload), Card));
        Assert.Equal(Codes.ReceiptSignature, Refused(receipt[..^8] + (receipt[^8] == 'A' ? 'B' : 'A') + receipt[^7..], Card));
        // Another authority's log keys under the same name.
        using var other = new TestAuthority();
        Assert.Equal(Codes.CheckpointSignature, Refused(receipt, Card with
        {
            Keys = [.. Card.Keys.Where(key => key.Role is not (KeyRole.Log or KeyRole.Clock)), TestAuthority.Trusted(KeyRole.Log, other.Log), TestAuthority.Trusted(KeyRole.Clock, other.Clock)],
        }));
    }

    private string Refused(string receipt, TrustCard card)
    {
        Assert.False(ReceiptVerifier.TryVerify(Encoding.ASCII.GetBytes(receipt), Publication.Authority.Trust(card), out var read, out var refusal));
        Assert.Null(read);
        return refusal.Code;
    }

    /// <summary>About a license that was suspended on the second day.</summary>
    private async Task<string> ReceiptAsync(int day)
    {
        Publication.EntryTime = TestAuthority.Now.AddDays(-6);
        Publication.Issue(7);
        var license = Publication.Issue(1);
        Publication.EntryTime = TestAuthority.Now.AddDays(-5).AddHours(1);
        Publication.Change(license, Standing.Suspended);
        Publication.Publish();
        Publication.WriteTrust(Card);
        var view = await FollowAsync(Follower());
        var at = TestAuthority.Now.AddDays(day - 5);
        var verdict = view.VerifyAt(license.Claims.CreditCode, at)!;
        var (proof, refusal) = await view.ProveAsync(license.Claims.List, license.Claims.Index, at, TestContext.Current.CancellationToken);
        Assert.Null(refusal.Code);
        using var certificate = _officers.Subordinate.Issue(
            TestIssuers.Profiles.ReceiptSigner,
            TestIssuers.Delegate(SubjectPublicKey.Of(_delegate.PublicKey)) with { From = TestAuthority.Now.AddDays(-1), To = TestAuthority.Now.AddDays(13) });
        return Jws.Sign(_delegate, Receipt.Type, Receipt.Write(view, license.Claims.CreditCode, verdict, TestAuthority.Now, at, proof!, certificate.RawData));
    }

    private static string Padded(string base64Url) => base64Url.Replace('-', '+').Replace('_', '/').PadRight((base64Url.Length + 3) / 4 * 4, '=');
}
