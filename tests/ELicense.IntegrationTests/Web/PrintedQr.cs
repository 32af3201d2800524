using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using ELicense.Web.Http;

namespace ELicense.IntegrationTests.Web;

/// <summary>
/// A QR code as a scanner or camera sees it that was printed 35 mm wide, quiet zone and all, at 300 dots an inch (413 dots), turned, with noise, and with a blot of a tenth of the code's area
/// somewhere outside the finder patterns. The same numbers give the same picture.
/// </summary>
internal sealed partial class PrintedQr
{
    /// <summary>35 mm at 300 dpi.</summary>
    private const int Dots = 413;

    private const int QuietZone = 4;

    /// <summary>Side of a finder pattern with its separator, in modules (ISO/IEC 18004 6.3.3, 6.3.4).</summary>
    private const int Finder = 8;

    private const double Paper = 225;
    private const double Ink = 45;
    private const double Stain = 60;

    /// <summary>Of a plain scanner or a phone in daylight: 34 dB below white.</summary>
    private const double NoiseDeviation = 5;

    private const double BlotShare = 0.10;

    /// <summary>Points looked at in a dot, each way: what lies between two modules is grey.</summary>
    private const int Samples = 3;

    private readonly bool[,] _dark;
    private readonly int _side;

    /// <param name="text">What the code holds; the picture is the one that license pages have.</param>
    public PrintedQr(string text)
    {
        var svg = XDocument.Parse(Encoding.UTF8.GetString(QrPicture.Svg(text))).Root!;
        _side = int.Parse(svg.Attribute("viewBox")!.Value.Split(' ')[2], CultureInfo.InvariantCulture);
        _dark = new bool[_side, _side];
        foreach (Match run in Run().Matches(svg.Elements().Last().Attribute("d")!.Value))
        {
            int Number(int group) => int.Parse(run.Groups[group].ValueSpan, CultureInfo.InvariantCulture);
            for (var i = 0; i < Number(3); i++)
                _dark[Number(1) + i, Number(2)] = true;
        }
    }

    /// <summary>1 to 40 (ISO/IEC 18004 5.3.1).</summary>
    public int Version => (_side - (2 * QuietZone) - 17) / 4;

    /// <summary>As a binary PGM (Netpbm): width and height are such that the turned code is whole.</summary>
    /// <param name="seed">Of the print: where its blot is.</param>
    /// <param name="look">Of the picture of it: its noise.</param>
    /// <param name="degrees">Clockwise.</param>
    public byte[] Scan(int seed, int look, double degrees)
    {
        var blot = Place(new Random(seed));
        var random = new Random((seed * 31) + look);
        var (sin, cos) = Math.SinCos(degrees * Math.PI / 180);
        var size = (int)Math.Ceiling(Dots * (Math.Abs(sin) + Math.Abs(cos))) + 20;
        var header = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"P5\n{size} {size}\n255\n"));
        var picture = new byte[header.Length + (size * size)];
        header.CopyTo(picture, 0);
        var module = (double)Dots / _side;
        for (var y = 0; y < size; y++)
        {
            for (var x = 0; x < size; x++)
            {
                var light = 0.0;
                for (var i = 0; i < Samples * Samples; i++)
                {
                    var (dx, dy) = (x + (((i % Samples) + 0.5) / Samples) - (size / 2.0), y + (((i / Samples) + 0.5) / Samples) - (size / 2.0));
                    light += At(((dx * cos) + (dy * sin)) / module + (_side / 2.0), ((dy * cos) - (dx * sin)) / module + (_side / 2.0), blot);
                }

                picture[header.Length + (y * size) + x] = (byte)Math.Clamp((light / (Samples * Samples)) + (Noise(random) * NoiseDeviation), 0, 255);
            }
        }

        return picture;
    }

    /// <summary>How light the paper is at a point, in modules from the corner of the quiet zone.</summary>
    private double At(double x, double y, (double X, double Y, double Radius) blot)
    {
        if (x < 0 || y < 0 || x >= _side || y >= _side)
            return Paper;
        if (((x - blot.X) * (x - blot.X)) + ((y - blot.Y) * (y - blot.Y)) < blot.Radius * blot.Radius)
            return Stain;
        return _dark[(int)x, (int)y] ? Ink : Paper;
    }

    /// <summary>A disc wholly on the code, that touches no finder pattern.</summary>
    private (double X, double Y, double Radius) Place(Random random)
    {
        var code = _side - (2 * QuietZone);
        var radius = Math.Sqrt(BlotShare * code * code / Math.PI);
        while (true)
        {
            var (x, y) = (radius + (random.NextDouble() * (code - (2 * radius))), radius + (random.NextDouble() * (code - (2 * radius))));
            if (!Touches(x, y, radius, 0, 0) && !Touches(x, y, radius, code - Finder, 0) && !Touches(x, y, radius, 0, code - Finder))
                return (x + QuietZone, y + QuietZone, radius);
        }
    }

    private static bool Touches(double x, double y, double radius, double left, double top)
    {
        var (dx, dy) = (x - Math.Clamp(x, left, left + Finder), y - Math.Clamp(y, top, top + Finder));
        return (dx * dx) + (dy * dy) < radius * radius;
    }

    /// <summary>Of the normal distribution (Box and Muller).</summary>
    private static double Noise(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    [GeneratedRegex(@"M(\d+) (\d+)h(\d+)v1h-\d+z")]
    private static partial Regex Run();
}
