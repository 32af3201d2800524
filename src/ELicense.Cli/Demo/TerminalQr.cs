using QRCoder;

namespace ELicense.Cli.Demo;

/// <summary>A QR code for a terminal: two modules a character, so that a phone can scan it from the screen.</summary>
internal static class TerminalQr
{
    public static string Draw(string text)
    {
        using var code = QRCodeGenerator.GenerateQrCode(text, QRCodeGenerator.ECCLevel.M);
        using var drawing = new AsciiQRCode(code);
        return drawing.GetGraphicSmall(drawQuietZones: true);
    }
}
