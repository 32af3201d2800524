using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ELicense.Core;
using ELicense.Pkcs11;

namespace ELicense.Cli.Tokens;

/// <summary>
/// A PIN made for the first use of one token: 8 digits at random, in a file that only its owner may read; the second line says whose first use it is for. It alone is ever printed, on the part of
/// the hand-over slip that is torn off.
/// </summary>
internal static class FirstUsePin
{
    private const string Mark = "first use of token ";

    public static PinSource Create(string path)
    {
        if (File.Exists(path))
            throw new CommandException(Codes.PinUnavailable, $"{path} is there already; a PIN for a first use is written to a new file.", ExitCodes.Usage);
        var pin = RandomNumberGenerator.GetInt32(100_000_000).ToString("D8", CultureInfo.InvariantCulture);
        PrivateFile.Write(path, Encoding.ASCII.GetBytes(pin + "\n"));
        return PinSource.File(path);
    }

    public static void Mine(string path, TokenInfo token) => File.AppendAllText(path, Mark + token.Serial + "\n");

    /// <summary>The PIN when this source holds one that was made for the first use of this token; else null.</summary>
    public static string? Read(string? source, TokenInfo token)
    {
        if (source is null || !source.StartsWith("file:", StringComparison.Ordinal))
            return null;
        var lines = File.ReadLines(source["file:".Length..]).Take(2).ToList();
        return lines.Count == 2 && lines[1] == Mark + token.Serial ? lines[0] : null;
    }
}
