using System.Globalization;
using ELicense.Core;
using ELicense.Core.Enterprises;
using ELicense.Core.Licenses;
using ELicense.Core.Log;
using ELicense.Core.Status;
using ELicense.Core.Tokens;
using ELicense.Issuance.Publishing;
using ELicense.Verification.Verdicts;

namespace ELicense.Benchmarks;

/// <summary>
/// A publication of any size in a folder: real entries, bundles, tiles and checkpoint, one license version each, and a change of standing for one in 32 of them, drawn
/// from a fixed seed. Without --packs only a sample of the licenses is signed and all faces are withdrawn; with it each has its signed file. Beside it stand sample.txt,
/// tokens with the verdicts that the generator knows to be right, and anchor.txt, the root's fingerprint.
/// </summary>
internal sealed class GeneratedPublication : IDisposable
{
    private const int ChangesABundle = TilePath.Width / 32;
    private const int SampleSize = 1000;

    private static readonly Standing[] Ends = [Standing.Revoked, Standing.Suspended, Standing.Superseded, Standing.Cancelled];

    private readonly BenchmarkAuthority _authority = new();
    private readonly Random _random = new(20261122);
    private readonly LogTiles _tiles = new();
    private readonly List<ReadOnlyMemory<byte>?> _pack = [];
    private readonly Dictionary<int, byte[]> _sample = [];
    private readonly Standing[] _truth;
    private readonly string _folder;
    private readonly bool _packs;

    private GeneratedPublication(int licenses, string folder, bool packs)
    {
        _truth = new Standing[licenses];
        _folder = folder;
        _packs = packs;
    }

    public static int Run(string[] arguments)
    {
        if (arguments is not [var count, var folder, .. var rest] || !int.TryParse(count, CultureInfo.InvariantCulture, out var licenses) || rest is not ([] or ["--packs"]))
        {
            Console.Error.WriteLine("generate-publication N FOLDER [--packs]");
            return 2;
        }

        var watch = System.Diagnostics.Stopwatch.StartNew();
        using var publication = new GeneratedPublication(licenses, folder, packs: rest is ["--packs"]);
        publication.Generate();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{licenses} license versions, {publication._tiles.Size} entries in {watch.Elapsed.TotalSeconds:0.0} s"));
        return 0;
    }

    public void Dispose() => _authority.Dispose();

    private void Generate()
    {
        var chosen = new HashSet<int>();
        while (chosen.Count < Math.Min(SampleSize, _truth.Length))
            chosen.Add(_random.Next(_truth.Length));
        for (var license = 0; license < _truth.Length; license++)
        {
            Issue(license, chosen.Contains(license));
            for (var change = 0; license % TilePath.Width == TilePath.Width - 1 && change < ChangesABundle; change++)
                Change(_random.Next(license + 1));
        }

        _tiles.WritePartials(WriteTile);
        WritePack();
        Write("trust.jws", _authority.SignedCard);
        Write("log/checkpoint", _authority.SignedCheckpoint(_tiles.Size, _tiles.Root));
        File.WriteAllText(Path.Combine(_folder, "anchor.txt"), _authority.Fingerprint.ToString());
        File.WriteAllLines(Path.Combine(_folder, "sample.txt"), _sample.Select(one => $"{Convert.ToBase64String(one.Value)} {VerdictOf(_truth[one.Key]).ApiName()}"));
    }

    private void Issue(int license, bool isChosen)
    {
        var (list, index) = (license / StatusList.LicenseListLength, license % StatusList.LicenseListLength);
        if (isChosen || _packs)
        {
            var (document, token, entry) = _authority.Issue(list, index, SampleEnterprise.Code(license), SampleEnterprise.DrawName(_random));
            if (isChosen)
                _sample[license] = token;
            Append(entry, _packs ? new LicenseFile(document, token).Encode() : default(ReadOnlyMemory<byte>?));
            return;
        }

        if (!CreditCode.TryParse(SampleEnterprise.Code(license), out var code, out var refusal))
            throw new InvalidOperationException(refusal.ToString());
        Span<byte> number = stackalloc byte[sizeof(int)];
        BitConverter.TryWriteBytes(number, license);
        Append(new LogEntry(LogEntryKind.LicenseIssued, _authority.IssuedMs, new EnterpriseSubject(code), list, index, Standing.Valid, 0, Digest.Of(number)).Encode(), file: null);
    }

    private void Change(int license)
    {
        if (_truth[license] != Standing.Valid || !CreditCode.TryParse(SampleEnterprise.Code(license), out var code, out _))
            return;
        var standing = _truth[license] = Ends[_random.Next(Ends.Length)];
        var (list, index) = (license / StatusList.LicenseListLength, license % StatusList.LicenseListLength);
        Append(new LogEntry(LogEntryKind.LicenseStatus, _authority.IssuedMs + 1000, new EnterpriseSubject(code), list, index, standing, 0, Digest: null).Encode(), file: null);
    }

    private void Append(byte[] entry, ReadOnlyMemory<byte>? file)
    {
        _tiles.Append(entry, WriteTile);
        _pack.Add(file);
        if (_pack.Count == TilePath.Width)
            WritePack();
    }

    private void WritePack()
    {
        if (_pack.Count > 0)
            Write("documents/" + TilePath.Index((_tiles.Size - 1) / TilePath.Width), new DocumentPack(_tiles.Size, _pack.ToArray()).Encode());
        _pack.Clear();
    }

    private void WriteTile(string path, byte[] content) => Write("log/" + path, content);

    private void Write(string path, byte[] content)
    {
        var file = Path.Combine(_folder, "publication", path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllBytes(file, content);
    }

    private static VerdictValue VerdictOf(Standing standing) => standing switch
    {
        Standing.Revoked => VerdictValue.Revoked,
        Standing.Suspended => VerdictValue.Suspended,
        Standing.Superseded => VerdictValue.Superseded,
        Standing.Cancelled => VerdictValue.Cancelled,
        _ => VerdictValue.Valid,
    };
}
