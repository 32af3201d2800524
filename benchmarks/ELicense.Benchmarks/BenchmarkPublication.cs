using ELicense.Core.Log;
using ELicense.Core.Tokens;
using ELicense.Cryptography.Keys;
using ELicense.Verification.Publication;
using ELicense.Verification.Trust;

namespace ELicense.Benchmarks;

/// <summary>A publication of distinct licenses with real signatures in a temporary folder, and the view of a follower that took it over.</summary>
internal sealed class BenchmarkPublication : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("benchmark-").FullName;
    private readonly BenchmarkAuthority _authority = new();

    /// <summary>Of the license with this number, from 0.</summary>
    public static string CodeOf(int license) => SampleEnterprise.Code(license);

    /// <param name="remembered">Tokens that the follower remembers.</param>
    public BenchmarkPublication(int licenses, int remembered)
    {
        Tokens = new byte[licenses][];
        var frontier = new MerkleFrontier();
        for (var first = 0; first < licenses; first += TilePath.Width)
            WriteBundle(first, Math.Min(TilePath.Width, licenses - first), licenses, frontier);
        Write("trust.jws", _authority.SignedCard);
        Write("log/checkpoint", _authority.SignedCheckpoint(licenses, frontier.Root));

        var anchor = TrustAnchor.Fingerprint(_authority.Fingerprint);
        Follower = new PublicationFollower(
            PublicationSource.Open(Path.Combine(_folder, "publication")), new FollowerSettings(anchor, Path.Combine(_folder, "state"), null) { RememberedTokens = remembered },
            TimeProvider.System);
    }

    public byte[][] Tokens { get; }

    public PublicationFollower Follower { get; }

    public VerificationKey LicenseKey => _authority.LicenseKey;

    /// <summary>Takes over what is there; throws when it is refused.</summary>
    public PublicationView Follow()
    {
        var result = Follower.PollAsync(CancellationToken.None).GetAwaiter().GetResult();
        return result.Refusal is null ? Follower.View! : throw new InvalidOperationException(result.Refusal.Value.ToString());
    }

    public void Dispose()
    {
        Follower.Dispose();
        _authority.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private void WriteBundle(int first, int width, int logSize, MerkleFrontier frontier)
    {
        var entries = new ReadOnlyMemory<byte>[width];
        var files = new ReadOnlyMemory<byte>?[width];
        for (var i = 0; i < width; i++)
        {
            var (document, token, entry) = _authority.Issue(list: 0, first + i, CodeOf(first + i));
            Tokens[first + i] = token;
            entries[i] = entry;
            files[i] = new LicenseFile(document, token).Encode();
            frontier.Append(MerkleTree.Leaf(entry));
        }

        Write("log/" + TilePath.Entries(first / TilePath.Width, width), EntryBundle.Encode(entries));
        Write("documents/" + TilePath.Index(first / TilePath.Width), new DocumentPack(logSize, files).Encode());
    }

    private void Write(string path, byte[] content)
    {
        var file = Path.Combine(_folder, "publication", path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllBytes(file, content);
    }
}
