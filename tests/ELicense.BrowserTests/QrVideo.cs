using System.Text;
using QRCoder;

namespace ELicense.BrowserTests;

/// <summary>What a camera sees that is held before a QR code: YUV4MPEG2, the format that Chromium's fake camera plays.</summary>
internal static class QrVideo
{
    private const int Width = 960;
    private const int Height = 720;
    private const byte Wall = 180;

    public static void Write(string path, string text)
    {
        using var generator = new QRCodeGenerator();
        using var code = generator.CreateQrCode(text, QRCodeGenerator.ECCLevel.M);
        var modules = code.ModuleMatrix;
        var module = Height / modules.Count;
        var (left, top) = ((Width - (modules.Count * module)) / 2, (Height - (modules.Count * module)) / 2);
        var luma = new byte[Width * Height];
        Array.Fill(luma, Wall);
        for (var y = 0; y < modules.Count * module; y++)
        {
            for (var x = 0; x < modules.Count * module; x++)
                luma[((top + y) * Width) + left + x] = modules[y / module][x / module] ? (byte)24 : (byte)235;
        }

        var chroma = new byte[Width * Height / 2];
        Array.Fill(chroma, (byte)128);
        using var file = File.Create(path);
        file.Write(Encoding.ASCII.GetBytes($"YUV4MPEG2 W{Width} H{Height} F10:1 Ip A1:1 C420jpeg\n"));
        for (var frame = 0; frame < 2; frame++)
        {
            file.Write("FRAME\n"u8);
            file.Write(luma);
            file.Write(chroma);
        }
    }
}
