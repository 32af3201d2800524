using System.Security.Cryptography;
using ELicense.Core;

namespace ELicense.Cli.Officers;

/// <summary>A register as it goes to the authority: its size, its digest, and about how many rows.</summary>
/// <param name="Rows">Records after the header, counted as line ends outside of quotes: for the progress bar; the authority counts for good.</param>
internal sealed record RegisterFile(string Path, long Bytes, Digest Sha256, long Rows)
{
    public static async Task<RegisterFile> ReadAsync(string path, CancellationToken cancellation)
    {
        if (!File.Exists(path))
            throw new CommandException(Codes.FileMissing, $"There is no file {path}.", ExitCodes.Usage);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, useAsync: true);
        var buffer = new byte[1 << 16];
        var (bytes, lines) = (0L, 0L);
        var isQuoted = false;
        var last = (byte)'\n';
        for (var read = await file.ReadAsync(buffer, cancellation); read > 0; read = await file.ReadAsync(buffer, cancellation))
        {
            hash.AppendData(buffer, 0, read);
            bytes += read;

            // Neither byte is part of a character of several bytes, in UTF-8 nor in GB 18030.
            foreach (var one in buffer.AsSpan(0, read))
            {
                isQuoted ^= one == '"';
                lines += one == '\n' && !isQuoted ? 1 : 0;
            }

            last = buffer[read - 1];
        }

        return new RegisterFile(path, bytes, new Digest(hash.GetHashAndReset()), Math.Max(0, lines - (last == '\n' ? 1 : 0)));
    }
}
