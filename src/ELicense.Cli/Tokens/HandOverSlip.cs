using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;
using ELicense.Authority;
using ELicense.Pkcs11;
using QRCoder;

namespace ELicense.Cli.Tokens;

/// <summary>
/// 交接单: one A4 page that goes with a token, in Chinese and English: whose it is, what is on it, what to do when it is lost. A PIN stands on it only when it was made for the first use, on the part to
/// tear off.
/// </summary>
internal static class HandOverSlip
{
    private static readonly HtmlEncoder Html = HtmlEncoder.Create(UnicodeRanges.All);

    // A legal person's day in China.
    private static readonly TimeSpan China = TimeSpan.FromHours(8);

    private const string PinBegins = "<!--pin-->";
    private const string PinEnds = "<!--/pin-->";

    /// <param name="firstPin">Null: no PIN is printed, and there is no part to tear off.</param>
    /// <returns>HTML in UTF-8.</returns>
    public static byte[] Write(RegisterDocument license, OfficeDocument office, CertificateAnswer answer, TokenInfo token, OfficerDocument officer, string? firstPin)
    {
        var newest = license.Versions[^1];
        var values = new Dictionary<string, string>
        {
            ["office"] = office.Chinese,
            ["office-english"] = office.English,
            ["name"] = license.Name,
            ["code"] = license.Uscc,
            ["license"] = license.LicenseNumber,
            ["version"] = newest.Version.ToString(CultureInfo.InvariantCulture),
            ["token"] = token.Label,
            ["serial"] = token.Serial,
            ["model"] = $"{token.Manufacturer} {token.Model}",
            ["certificate"] = answer.Details.Serial,
            ["from"] = Day(answer.Details.From),
            ["to"] = Day(answer.Details.To),
            ["matter"] = answer.Details.Matter.ToString(CultureInfo.InvariantCulture),
            ["handed-over"] = answer.Details.HandedOverAt is { } at ? at.ToOffset(China).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) : "",
            ["officer"] = $"{officer.Name} ({officer.Person})",
            ["pin"] = firstPin ?? "",
        };
        var template = Template();
        if (firstPin is null)
            template = template[..template.IndexOf(PinBegins, StringComparison.Ordinal)] + template[template.IndexOf(PinEnds, StringComparison.Ordinal)..];
        return Encoding.UTF8.GetBytes(Fill(template, place => place is "qr" ? Qr(newest.QrText) : Html.Encode(values[place])));
    }

    /// <summary>Puts a value at each {{place}}; what it says is not looked at again.</summary>
    private static string Fill(string template, Func<string, string> value)
    {
        var parts = template.Split("{{");
        var page = new StringBuilder(parts[0]);
        foreach (var part in parts.Skip(1))
        {
            var end = part.IndexOf("}}", StringComparison.Ordinal);
            page.Append(value(part[..end])).Append(part, end + 2, part.Length - end - 2);
        }

        return page.ToString();
    }

    private static string Template()
    {
        using var stream = typeof(HandOverSlip).Assembly.GetManifestResourceStream("HandOverSlip.html")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    // Sharp at any size; the text is the license's own QR text.
    private static string Qr(string text)
    {
        using var code = QRCodeGenerator.GenerateQrCode(text, QRCodeGenerator.ECCLevel.Q);
        using var drawing = new SvgQRCode(code);
        return drawing.GetGraphic(1, "#000000", "#ffffff", drawQuietZones: true, SvgQRCode.SizingMode.ViewBoxAttribute);
    }

    private static string Day(DateTimeOffset instant) => instant.ToOffset(China).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
