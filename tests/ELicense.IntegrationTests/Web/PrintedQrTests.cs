using System.Diagnostics;
using ELicense.Core.Tokens;
using ELicense.UnitTests;
using Xunit;

namespace ELicense.IntegrationTests.Web;

/// <summary>A license's QR code on paper, read by two decoders: zbar, and ZXing as the verify page has it.</summary>
public sealed class PrintedQrTests : IDisposable
{
    // Of docs/formats.md, QR text: a license never needs more.
    private const int LongestText = 963;

    /// <summary>Who holds a phone shows it the code again, a little otherwise, when it is not read.</summary>
    private const int Looks = 3;

    private static readonly Uri Site = new("https://gs.example.cn");

    private readonly string _folder = Directory.CreateTempSubdirectory("elicense-print-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(384, 15)] // the example of docs/formats.md
    [InlineData(550, 18)]
    public async Task Reads_at_35_mm_with_noise_turned_and_with_a_blot_of_a_tenth(int characters, int version)
    {
        var text = TextOf(characters);
        var printed = new PrintedQr(text);
        Assert.Equal(version, printed.Version);
        var missed = await MissedAsync(text, printed, [(1, 0), (2, 5), (3, -12), (4, 45), (5, 90), (6, 173)]);
        Assert.Equal((0, 0), (missed.Zbar, missed.ZxingAtOnce));
    }

    /// <summary>Result noted in docs/verification.md.</summary>
    [Fact(Explicit = true)]
    [Trait("Category", "OnRequest")]
    public async Task Of_many_prints_so_many_are_read()
    {
        foreach (var characters in (int[])[384, 550, LongestText])
        {
            var text = TextOf(characters);
            var printed = new PrintedQr(text);
            var missed = await MissedAsync(text, printed, [.. Enumerable.Range(1, 200).Select(seed => (seed, seed * 137 % 360.0))]);
            TestContext.Current.TestOutputHelper!.WriteLine($"{characters} characters, version {printed.Version}, of 200: {missed}");
        }
    }

    /// <summary>A text with as many characters, or the few less that Base32 has no length for.</summary>
    private static string TextOf(int characters)
    {
        var bytes = LicenseToken.MaxBytes;
        while (QrText.LengthFor(Site, bytes) > characters)
            bytes--;
        var token = new byte[bytes];
        new Random(characters).NextBytes(token);
        return QrText.For(Site, token);
    }

    /// <summary>How many prints were not read: at the first look, and in any.</summary>
    private async Task<(int ZbarAtOnce, int Zbar, int ZxingAtOnce)> MissedAsync(string text, PrintedQr printed, (int Seed, double Degrees)[] prints)
    {
        var first = prints.Select(print => Scan(print, look: 0)).ToList();
        var read = await Peers.RunAsync("qr-read.mjs", new { pictures = first }, TestContext.Current.CancellationToken);
        var zxing = read.EnumerateArray().Count(codes => codes.GetArrayLength() != 1 || codes[0].GetString() != text);
        var unread = prints.Where((_, i) => ReadByZbar(first[i]) != text).ToList();
        return (unread.Count, unread.Count(print => !Enumerable.Range(1, Looks - 1).Any(look => ReadByZbar(Scan(print, look)) == text)), zxing);

        string Scan((int Seed, double Degrees) print, int look)
        {
            var picture = Path.Combine(_folder, $"{text.Length}-{print.Seed}-{look}.pgm");
            File.WriteAllBytes(picture, printed.Scan(print.Seed, look, print.Degrees + (7 * look)));
            return picture;
        }
    }

    /// <summary>Empty when it sees no code, which it says by its exit code 4.</summary>
    private static string ReadByZbar(string picture)
    {
        using var zbar = Process.Start(new ProcessStartInfo("zbarimg", ["--quiet", "--nodbus", "--raw", "-Sdisable", "-Sqrcode.enable", picture]) { RedirectStandardOutput = true })!;
        var text = zbar.StandardOutput.ReadToEnd().TrimEnd('\n');
        zbar.WaitForExit();
        Assert.Contains(zbar.ExitCode, (int[])[0, 4]);
        return text;
    }
}
