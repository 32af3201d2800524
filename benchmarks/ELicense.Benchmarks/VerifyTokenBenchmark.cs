using System.Security.Cryptography;
using BenchmarkDotNet.Attributes;
using ELicense.Core.Tokens;
using ELicense.Verification.Publication;
using ELicense.Verification.Verdicts;

namespace ELicense.Benchmarks;

/// <summary>
/// A token never seen, verified in process: bytes in, verdict out, with standing and logged digest from the follower's index and look-up. The limit is the bare
/// hash and ECDsa.VerifyHash of the same bytes; goal: at least 0.93 of its rate, that is a ratio of at most 1.075. So few are remembered that each is forgotten
/// before it comes again.
/// </summary>
[MemoryDiagnoser]
public class VerifyTokenBenchmark
{
    private const int Licenses = 8192;
    private const int Remembered = 512;

    private BenchmarkPublication? _publication;
    private PublicationView? _view;
    private ECDsa? _bareKey;
    private TokenArtefact[] _artefacts = [];
    private (byte[] Signed, byte[] Signature)[] _bare = [];
    private int _next;

    [GlobalSetup]
    public void Publish()
    {
        _publication = new BenchmarkPublication(Licenses, Remembered);
        _view = _publication.Follow();
        _bareKey = ECDsa.Create();
        _bareKey.ImportSubjectPublicKeyInfo(_publication.LicenseKey.SubjectPublicKeyInfo.Span, out _);
        _artefacts = _publication.Tokens.Select(token => new TokenArtefact(token, QrHost: null)).ToArray();
        _bare = _publication.Tokens.Select(SplitForBare).ToArray();
        if (VerifyToken().Value != VerdictValue.Valid || !BareVerifyHash())
            throw new InvalidOperationException("The benchmark measures what does not verify.");
    }

    [GlobalCleanup]
    public void Remove()
    {
        _publication!.Dispose();
        _bareKey!.Dispose();
    }

    [Benchmark(Baseline = true)]
    public bool BareVerifyHash()
    {
        var (signed, signature) = _bare[Next()];
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(signed, hash);
        return _bareKey!.VerifyHash(hash, signature);
    }

    [Benchmark]
    public Verdict VerifyToken() => _view!.Verify(_artefacts[Next()], DateTimeOffset.UtcNow);

    private int Next() => _next = (_next + 1) % Licenses;

    private static (byte[] Signed, byte[] Signature) SplitForBare(byte[] token) =>
        CoseSign1.TryDecode(token, LicenseToken.MaxBytes, out var message, out var refusal)
            ? (message.SigStructure(), message.Signature.ToArray())
            : throw new InvalidOperationException(refusal.ToString());
}
