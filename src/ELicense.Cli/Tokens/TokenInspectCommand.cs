using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using ELicense.Cli.Commands;
using ELicense.Core;
using ELicense.Cryptography.Certificates;
using ELicense.Pkcs11;
using ELicense.Verification.Verdicts;

namespace ELicense.Cli.Tokens;

/// <summary><c>elicense token inspect</c>: every object; certificates and licenses judged as <c>elicense verify</c> judges them. Without --pin nothing is logged in, and private keys do not show themselves.</summary>
internal static class TokenInspectCommand
{
    private sealed record Found(TokenObject Object, Artefact? Artefact)
    {
        public Verdict? Verdict { get; init; }
    }

    public static Command Create()
    {
        var login = new Option<bool>("--login") { Description = "log in with the PIN, so that private keys show themselves; --pin says it too" };
        var offline = new Option<bool>("--offline") { Description = "no network: the publication must be a folder" };
        var json = new Option<bool>("--json") { Description = "print everything as JSON" };
        var tokens = new TokenOptions();
        var pin = new PinOptions(TokenUser.Holder);
        var trust = new TrustOptions();
        var command = new Command("inspect", "检查令牌: what is on a token, and whether certificate and license are genuine and in good standing") { login, offline, json };
        tokens.AddTo(command);
        pin.AddTo(command);
        trust.AddOptionalTo(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            var judge = trust.IsGiven(parsed) ? ArtefactJudge.Of(trust, parsed, parsed.GetValue(offline), state: null, TimeProvider.System.GetUtcNow()) : null;
            using var chosen = tokens.Choose(parsed);
            var objects = Read(parsed, chosen, pin, parsed.GetValue(login) || pin.Given(parsed) is not null);
            var found = objects.Select(one => new Found(one, ArtefactOf(one))).ToList();
            if (judge is not null)
                found = await JudgeAsync(judge, found, cancellation);
            Print(TokenDocument.Of(chosen.Now(), objects), found, objects, parsed.GetValue(json));
            return found.Select(one => one.Verdict).OfType<Verdict>().Select(verdict => ExitCodes.For(verdict.Value)).DefaultIfEmpty(ExitCodes.Done).MaxBy(Weight);
        });
        return command;
    }

    // What is forged weighs most; then what is known to be bad, then what is not known.
    private static int Weight(int exitCode) => exitCode switch { ExitCodes.Done => 0, ExitCodes.StatusNotEstablished => 1, ExitCodes.Finding => 3, _ => 2 };

    private static IReadOnlyList<TokenObject> Read(ParseResult parsed, ChosenToken chosen, PinOptions pin, bool login)
    {
        if (!login)
            return chosen.Module.PublicObjects(chosen.Info);
        using var token = pin.Open(parsed, chosen);
        return token.Objects();
    }

    private static Artefact? ArtefactOf(TokenObject found) =>
        (found.Kind == TokenObjectKind.Certificate || LicenseObjects.Is(found)) && Artefact.TryRead(found.Value, out var artefact, out _) ? artefact : null;

    private static async Task<List<Found>> JudgeAsync(ArtefactJudge judge, List<Found> found, CancellationToken cancellation)
    {
        var judged = found.Where(one => one.Artefact is not null).ToList();
        var verdicts = await judge.VerifyAsync([.. judged.Select(one => one.Artefact!)], cancellation);
        return [.. judged.Zip(verdicts, (one, verdict) => one with { Verdict = verdict }), .. found.Except(judged)];
    }

    private static void Print(TokenDocument token, List<Found> found, IReadOnlyList<TokenObject> objects, bool json)
    {
        var certificates = found.Where(one => one.Object.Kind == TokenObjectKind.Certificate).Select(one => (One: one, Document: CertificateOf(one, objects))).ToList();
        var licenses = found.Where(one => LicenseObjects.Is(one.Object)).ToList();
        if (json)
        {
            JsonOutput.Print(
                new InspectionDocument(
                    token, [.. certificates.Select(pair => pair.Document)], [.. licenses.Select(one => new LicenseOnToken(one.Object.Label, one.Object.Value.Length, Json(one.Verdict)))]),
                TokenJson.Default.InspectionDocument);
            return;
        }

        TokenText.Token(Console.Out, token);
        foreach (var (one, document) in certificates)
            Certificate(document, one.Verdict);
        foreach (var one in licenses)
        {
            Console.Out.WriteLine($"{Environment.NewLine}电子营业执照 license   {one.Object.Label}");
            Judged(one.Verdict);
        }
    }

    private static void Certificate(CertificateOnToken certificate, Verdict? verdict)
    {
        Console.Out.WriteLine($"{Environment.NewLine}证书 certificate   {certificate.Label}");
        Console.Out.WriteLine($"  主体 subject     {certificate.Subject}");
        Console.Out.WriteLine($"  颁发者 issuer    {certificate.Issuer}");
        Console.Out.WriteLine($"  序列号 serial    {certificate.Serial}");
        Console.Out.WriteLine($"  有效期 period    {Day(certificate.From)} – {Day(certificate.To)}");
        Console.Out.WriteLine($"  密钥 key         {certificate.Key switch
        {
            "on-token" => "✓ 私钥在令牌上 the private key is on the token",
            "public-half" => "✓ 公钥在令牌上 its public half is on the token; the private key shows itself with --login",
            "id-differs" => "✕ 密钥的 CKA_ID 不同 the key has another CKA_ID: other programs do not find it",
            _ => "✕ 令牌上没有对应的密钥 no key for it on the token",
        }}");
        Judged(verdict);
    }

    private static void Judged(Verdict? verdict)
    {
        if (verdict is null)
            Console.Out.WriteLine("  – 未核验  not verified: --trust names whom to believe");
        else
            VerdictText.Write(Console.Out, verdict);
    }

    private static CertificateOnToken CertificateOf(Found found, IReadOnlyList<TokenObject> objects)
    {
        var id = Convert.ToHexStringLower(found.Object.Id.Span);
        if (!DecodedCertificate.TryReadCertificate(found.Object.Value, out var decoded, out var refusal))
            return new CertificateOnToken(found.Object.Label, id, refusal.ToString(), "", "", default, default, "missing", Json(found.Verdict));
        using var certificate = X509CertificateLoader.LoadCertificate(found.Object.Value.Span);
        return new CertificateOnToken(
            found.Object.Label, id, certificate.Subject, certificate.Issuer, HolderKey.SerialOf(decoded), decoded.From, decoded.To,
            KeyOf(found.Object, decoded, objects), Json(found.Verdict));
    }

    // The house gives its keys the first 8 bytes of SHA-256 of the SubjectPublicKeyInfo as CKA_ID; other vendors' keys are found by that of the certificate.
    private static string KeyOf(TokenObject certificate, DecodedCertificate decoded, IReadOnlyList<TokenObject> objects)
    {
        bool Has(TokenObjectKind kind, ReadOnlyMemory<byte> id) => objects.Any(one => one.Kind == kind && one.Id.Span.SequenceEqual(id.Span));
        if (Has(TokenObjectKind.PrivateKey, certificate.Id))
            return "on-token";
        if (Has(TokenObjectKind.PublicKey, certificate.Id))
            return "public-half";
        var kid = Digest.Of(decoded.SubjectPublicKeyInfo.Span).Span[..8].ToArray();
        return Has(TokenObjectKind.PublicKey, kid) ? "id-differs" : "missing";
    }

    private static JsonElement? Json(Verdict? verdict) => verdict is null ? null : JsonElement.Parse(VerdictJson.Write(verdict));

    private static string Day(DateTimeOffset instant) => instant.ToString("yyyy-MM-dd HH:mm'Z'", CultureInfo.InvariantCulture);
}
