using ELicense.Core;
using ELicense.Cryptography.Keys;
using ELicense.IntegrationTests.Tokens;
using ELicense.Issuance.Delegates;
using ELicense.Pkcs11;
using ELicense.PublicVerification.Ocsp;
using ELicense.Verification.Publication;
using Xunit;

namespace ELicense.IntegrationTests.Ocsp;

/// <summary>The public zone's token goes away and comes back.</summary>
[Collection(P11KitTests.Name)]
public sealed class OcspTokenAwayTests(P11KitServer server, OcspStation station) : IClassFixture<OcspStation>
{
    private static readonly byte[] TryLater = [0x30, 3, 0x0a, 1, 3]; // RFC 6960 4.2.1

    [Fact]
    public async Task Without_its_token_the_responder_gives_what_it_kept_and_else_says_try_later()
    {
        server.NewToken("public zone", "ocsp");
        using var module = Pkcs11Module.Load(P11KitServer.ClientPath);
        using var token = module.OpenToken("public zone", serial: null, PinSource.File(server.PinFile));
        var key = Pkcs11SigningKey.Open(token, "ocsp");
        using var delegates = new OcspDelegates(PublicationSource.Open(station.Publication), station.Inbox, () => key, station.Counter.Clock);
        await delegates.RefreshAsync(station.Follower.View!.Trust, TestContext.Current.CancellationToken);
        station.NewDesk(() => [new NamedDelegate("ocsp", Digest.Of(key.PublicKey.SubjectPublicKeyInfo.Span))]).Run();
        Assert.Null(await delegates.RefreshAsync(station.Follower.View!.Trust, TestContext.Current.CancellationToken));
        using var http = await station.StartAsync(new OcspSettings { Follower = station.Follower, Delegates = delegates });
        var (first, _) = await station.CertifyAsync();
        var (second, _) = await station.CertifyAsync();
        var (known, unknown) = (station.Request("-cert", station.Files.Pem(first), "-no_nonce"), station.Request("-cert", station.Files.Pem(second), "-no_nonce"));
        var kept = await PostAsync(known);

        server.Kill();
        Assert.Equal(TryLater, await PostAsync(unknown));
        Assert.Equal(kept, await PostAsync(known));
        Assert.Equal(kept, await PostAsync(station.Request("-cert", station.Files.Pem(first), "-nonce")));
        server.Start();

        await Eventually.IsAsync(async () => !(await PostAsync(unknown)).AsSpan().SequenceEqual(TryLater));
        Assert.Contains(": good\n", station.Openssl(http, "-cert", station.Files.Pem(second)), StringComparison.Ordinal);

        async Task<byte[]> PostAsync(byte[] request) => (await OcspStation.PostAsync(http, request)).Body;
    }
}
