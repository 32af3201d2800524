using System.Globalization;
using System.Text;
using QRCoder;

namespace ELicense.Web.Http;

/// <summary>QR codes (ISO/IEC 18004) with the quiet zone of four modules; those of licenses at error correction Q, since they are printed and get stains.</summary>
public static class QrPicture
{
    private const int PixelsPerModule = 8;

    /// <summary>Black and white, sharp at every size that is a whole multiple.</summary>
    public static byte[] Png(string text)
    {
        using var data = Encode(text);
        using var png = new PngByteQRCode(data);
        return png.GetGraphic(PixelsPerModule);
    }

    /// <summary>Of a presentation, which carries a certificate: error correction L, since it is shown on a screen and not printed, and 4 pixels a module.</summary>
    public static byte[] PresentationPng(string text)
    {
        using var generator = new QRCodeGenerator();
        using var data = generator.CreateQrCode(text, QRCodeGenerator.ECCLevel.L);
        using var png = new PngByteQRCode(data);
        return png.GetGraphic(PixelsPerModule / 2);
    }

    public static byte[] Svg(string text)
    {
        using var data = Encode(text);
        var modules = data.ModuleMatrix;
        var path = new StringBuilder();
        for (var y = 0; y < modules.Count; y++)
        {
            for (var x = 0; x < modules.Count; x++)
            {
                if (!modules[y][x])
                    continue;
                var run = 1;
                while (x + run < modules.Count && modules[y][x + run])
                    run++;
                path.Append(CultureInfo.InvariantCulture, $"M{x} {y}h{run}v1h-{run}z");
                x += run;
            }
        }

        var svg = $"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {modules.Count} {modules.Count}" shape-rendering="crispEdges"><path fill="#fff" d="M0 0h{modules.Count}v{modules.Count}H0z"/><path d="{path}"/></svg>""";
        return Encoding.UTF8.GetBytes(svg);
    }

    // QRCoder's matrix already has the quiet zone, and upper-case text of the alphanumeric set is encoded in that mode.
    private static QRCodeData Encode(string text)
    {
        using var generator = new QRCodeGenerator();
        return generator.CreateQrCode(text, QRCodeGenerator.ECCLevel.Q);
    }
}
