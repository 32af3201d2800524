using System.Buffers.Binary;
using System.Security.Cryptography;
using ELicense.Core;
using ELicense.Verification.Publication;

namespace ELicense.Verification.Standings;

/// <summary>What a snapshot was taken of.</summary>
/// <param name="Build">Which building of the look-up; one that was built anew starts another.</param>
/// <param name="Card">Digest of the trust card whose lists the entries were judged by.</param>
/// <param name="Size">Log size.</param>
/// <param name="Root">The log's root at this size.</param>
internal readonly record struct SnapshotGround(Guid Build, Digest Card, long Size, Digest Root);

/// <summary>
/// The status index of one log size in a file of the state folder, so that a start needs not read every entry's row. Replaced as a whole; what is damaged, or of another
/// ground, is as good as missing. Bytes: magic, build, card, size, root, pages in this machine's byte order, SHA-256 of all before.
/// </summary>
internal static class StandingSnapshot
{
    private const string FileName = "standings.snapshot";
    private const int GuidBytes = 16;
    private const int HeaderBytes = 8 + GuidBytes + Digest.Size + sizeof(long) + Digest.Size;

    private static ReadOnlySpan<byte> Magic => "elstand1"u8;

    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Write(string folder, SnapshotGround ground, StatusIndex standings) =>
        WholeFile.Write(Path.Combine(folder, FileName), file =>
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            Span<byte> header = stackalloc byte[HeaderBytes];
            Put(header, ground);
            Append(header);
            standings.Save(Append);
            file.Write(hash.GetHashAndReset());

            void Append(ReadOnlySpan<byte> bytes)
            {
                hash.AppendData(bytes);
                file.Write(bytes);
            }
        });

    /// <summary>False when there is none that is whole and of this building and card.</summary>
    public static bool TryRead(string folder, Guid build, Digest card, out SnapshotGround ground, out StatusIndex standings)
    {
        (ground, standings) = (default, new StatusIndex());
        var path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
            return false;
        var bytes = File.ReadAllBytes(path).AsSpan();
        if (bytes.Length < HeaderBytes + Digest.Size || !bytes.StartsWith(Magic) || Digest.Of(bytes[..^Digest.Size]) != new Digest(bytes[^Digest.Size..]))
            return false;
        ground = Get(bytes);
        return ground.Build == build && ground.Card == card && StatusIndex.TryLoad(bytes[HeaderBytes..^Digest.Size], out standings);
    }

    public static void Delete(string folder) => File.Delete(Path.Combine(folder, FileName));

    private static void Put(Span<byte> header, SnapshotGround ground)
    {
        Magic.CopyTo(header);
        header = header[Magic.Length..];
        ground.Build.TryWriteBytes(header);
        header = header[GuidBytes..];
        ground.Card.Span.CopyTo(header);
        header = header[Digest.Size..];
        BinaryPrimitives.WriteInt64BigEndian(header, ground.Size);
        ground.Root.Span.CopyTo(header[sizeof(long)..]);
    }

    private static SnapshotGround Get(ReadOnlySpan<byte> header)
    {
        header = header[Magic.Length..];
        var build = new Guid(header[..GuidBytes]);
        header = header[GuidBytes..];
        var card = new Digest(header[..Digest.Size]);
        header = header[Digest.Size..];
        return new SnapshotGround(build, card, BinaryPrimitives.ReadInt64BigEndian(header), new Digest(header.Slice(sizeof(long), Digest.Size)));
    }
}
