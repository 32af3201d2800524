using System.Buffers.Text;
using System.CommandLine;
using System.Security.Cryptography;
using System.Text.Json;
using ELicense.Authority;
using ELicense.Core;
using ELicense.Core.Tokens;
using ELicense.Cryptography.Envelopes;
using ELicense.Pkcs11;
using ELicense.Web.Http;

namespace ELicense.Cli.Tokens;

/// <summary><c>elicense token sign</c>: a file, a filing or a presentation as COSE_Sign1 with the enterprise's certificate (docs/formats.md, Signed by an enterprise).</summary>
internal static class TokenSignCommand
{
    private const int MaxFileBytes = 16 * 1024 * 1024;

    public static Command Create()
    {
        var file = new Argument<string?>("FILE") { Description = "what to sign; none with --presentation", Arity = ArgumentArity.ZeroOrOne };
        var filing = new Option<int?>("--filing") { Description = "FILE is an application in JSON, filed with the authority of this number", HelpName = "AUTHORITY" };
        var presentation = new Option<string?>("--presentation") { Description = "出示: present the license on the token to this audience", HelpName = "AUDIENCE" };
        var seconds = new Option<int>("--seconds") { Description = "how long the presentation is good, 1 to 120", DefaultValueFactory = _ => Presentation.LongestSeconds };
        var qr = new Option<string?>("--qr") { Description = "with --presentation to a verify page (https://…): write its QR code, as PNG, to this file", HelpName = "FILE" };
        var key = new Option<string?>("--key") { Description = "label of the key, where several have certificates", HelpName = "LABEL" };
        var to = new Option<string?>("--out") { Description = "write the message to this file; without it, it is printed in base64url", HelpName = "FILE" };
        var json = new Option<bool>("--json") { Description = "print what was signed as JSON" };
        var tokens = new TokenOptions();
        var pin = new PinOptions(TokenUser.Holder);
        var command = new Command("sign", "签名: sign a file, a filing or a presentation with the key on the token") { file, filing, presentation, seconds, qr, key, to, json };
        tokens.AddTo(command);
        pin.AddTo(command);
        command.SetAction(parsed =>
        {
            var audience = parsed.GetValue(presentation);
            if (audience is null == (parsed.GetValue(file) is null))
                throw new CommandException(Codes.FileMissing, "Either FILE or --presentation AUDIENCE.", ExitCodes.Usage);
            var picture = parsed.GetValue(qr);
            if (picture is not null)
                CheckQr(audience);
            var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();

            // Whatever is wrong with what is to be signed costs no login.
            var (type, payload) = audience is not null ? (Presentation.Type, CheckedPresentation(audience, parsed.GetValue(seconds)))
                : parsed.GetValue(filing) is { } authority ? (Filing.Type, FilingOf(parsed.GetValue(file)!, authority, now))
                : (CertifiedCoseSign1.FileType, ReadFile(parsed.GetValue(file)!, MaxFileBytes));

            using var chosen = tokens.Choose(parsed);
            using var token = pin.Open(parsed, chosen);
            using var holder = HolderKey.Find(token, parsed.GetValue(key) ?? tokens.Name(parsed).Object);
            if (holder.Key.Suite != Cryptography.Keys.Suite.Es256)
                throw new CommandException(Codes.AlgorithmUnsupported, $"The key is {holder.Key.PublicKey}; enterprises sign with P-256.", ExitCodes.Failed);
            if (audience is not null)
                payload = new Presentation(audience, now, now + parsed.GetValue(seconds), Nonce(), LicenseToken(token)).EncodeClaims();
            var message = CoseSigning.Sign(holder.Key, holder.Certificate.Span, type, payload);
            if (picture is not null)
                Replace(picture, QrPicture.PresentationPng(QrText.ForPresentation(new Uri(audience!), message)));
            Release(message, type, holder.CertificateSerial, parsed.GetValue(to), parsed.GetValue(json));
            return ExitCodes.Done;
        });
        return command;
    }

    private static byte[] CheckedPresentation(string audience, int seconds) =>
        audience.Length is >= 1 and <= Presentation.LongestAudience && seconds is >= 1 and <= Presentation.LongestSeconds
            ? []
            : throw new CommandException(
                Codes.NumberOutOfRange, $"A presentation is for an audience of 1 to {Presentation.LongestAudience} characters, and good for 1 to {Presentation.LongestSeconds} seconds.", ExitCodes.Usage);

    private static void CheckQr(string? audience)
    {
        if (!Uri.TryCreate(audience, UriKind.Absolute, out var page) || (page.Scheme != Uri.UriSchemeHttps && page.Scheme != Uri.UriSchemeHttp) || page.PathAndQuery != "/")
            throw new CommandException(Codes.AddressFormat, "--qr wants --presentation with the address of a verify page, such as https://gs.example.cn.", ExitCodes.Usage);
    }

    private static byte[] FilingOf(string path, int authority, long now)
    {
        var content = ReadFile(path, Filing.MaxContentBytes);
        if (authority is < 1 or > 9999)
            throw new CommandException(Codes.NumberOutOfRange, "--filing wants the number of an authority, 1 to 9999.", ExitCodes.Usage);
        return new Filing(authority, MatterOf(content, path), now, Nonce(), content).EncodeClaims();
    }

    private static string MatterOf(byte[] content, string path)
    {
        try
        {
            using var document = JsonDocument.Parse(content);
            if (document.RootElement is { ValueKind: JsonValueKind.Object } root && root.TryGetProperty("type", out var type) && type.ValueKind == JsonValueKind.String
                && MatterNames.TryType(type.GetString(), out var matter))
                return MatterNames.Of(matter);
        }
        catch (JsonException)
        {
            // The refusal below says it.
        }

        throw new CommandException(Codes.Malformed, $"{path} is no application in JSON whose type is one of {string.Join(", ", MatterNames.Types)}.", ExitCodes.Usage);
    }

    private static byte[] ReadFile(string path, int most)
    {
        if (!File.Exists(path))
            throw new CommandException(Codes.FileMissing, $"There is no file {path}.", ExitCodes.Usage);
        return new FileInfo(path).Length is > 0 and var length && length <= most
            ? File.ReadAllBytes(path)
            : throw new CommandException(Codes.TooLarge, $"{path} has no content, or more than {most} bytes.", ExitCodes.Usage);
    }

    private static ReadOnlyMemory<byte> LicenseToken(Pkcs11Token token)
    {
        var licenses = token.Objects().Where(LicenseObjects.Is).ToList();
        return licenses is [var only] && LicenseFile.TryDecode(only.Value, out var file, out _)
            ? file.Token
            : throw new CommandException(Codes.TokenIncomplete, $"The {token} holds {licenses.Count} licenses that could be presented: elicense token personalize writes one.", ExitCodes.Failed);
    }

    private static void Replace(string path, byte[] content)
    {
        File.WriteAllBytes(path + ".new", content);
        File.Move(path + ".new", path, overwrite: true);
    }

    private static byte[] Nonce() => RandomNumberGenerator.GetBytes(Presentation.NonceSize);

    private static void Release(byte[] message, string type, string serial, string? path, bool json)
    {
        var text = path is null ? Base64Url.EncodeToString(message) : null;
        if (path is not null)
        {
            Replace(path, message);
        }

        if (json)
            JsonOutput.Print(new SignedDocument(type, serial, message.Length, path, text), TokenJson.Default.SignedDocument);
        else if (text is not null)
            Console.Out.WriteLine(text);
        else
            Console.Out.WriteLine($"✓ 已签名 signed   {path}  {type}, {message.Length} bytes, 证书 certificate {serial}");
    }
}
