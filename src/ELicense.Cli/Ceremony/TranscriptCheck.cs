using System.Security.Cryptography.X509Certificates;
using ELicense.Core;
using ELicense.Core.Trust;
using ELicense.Cryptography.Envelopes;
using ELicense.Cryptography.Keys;
using ELicense.Verification.Trust;

namespace ELicense.Cli.Ceremony;

/// <param name="Line">Number of the line in the file (of a removed one: where it stood); null: not about one line.</param>
internal sealed record TranscriptFinding(int? Line, string Code, string Detail);

/// <summary>Judges the folder that a ceremony left: the root's signature, each line, their chain, and each file that a line names. Nothing in the folder is believed but what the root signed.</summary>
internal sealed class TranscriptCheck(string folder, TrustAnchor anchor)
{
    public const string LinesFile = "transcript.jsonl";
    public const string SealFile = "transcript.jws";

    private const int MaxBytes = 16 * 1024 * 1024;
    private const int MaxSealBytes = 4 * 1024 * 1024;

    private readonly List<TranscriptFinding> _findings = [];

    public static IReadOnlyList<TranscriptFinding> Run(string folder, TrustAnchor anchor)
    {
        var check = new TranscriptCheck(folder, anchor);
        check.Check();
        return check._findings;
    }

    private void Check()
    {
        var lines = Lines();
        var seal = Seal();
        var hashes = lines.Select(line => Digest.Of(line).ToString()).ToList();
        if (seal is not null)
            Compare(seal.Lines, hashes);
        // A line that was altered breaks the chain after it: that says no more.
        if (_findings.Count == 0 || seal is null)
            CheckChain(lines, hashes);
        CheckFiles(lines);
    }

    private List<byte[]> Lines()
    {
        var bytes = ReadBounded(LinesFile, MaxBytes) ?? throw new CommandException(Codes.FileMissing, $"There is no {Path.Combine(folder, LinesFile)} of at most {MaxBytes} bytes.", ExitCodes.Usage);
        var lines = new List<byte[]>();
        foreach (var range in bytes.AsSpan().Split((byte)'\n'))
            lines.Add(bytes[range]);
        if (lines[^1].Length == 0)
            lines.RemoveAt(lines.Count - 1);
        return lines;
    }

    private TranscriptSeal? Seal()
    {
        if (ReadBounded(SealFile, MaxSealBytes) is not { } bytes)
        {
            _findings.Add(new TranscriptFinding(null, Codes.TranscriptOpen, $"There is no {SealFile}: the ceremony was not brought to its end."));
            return null;
        }

        if (!GeneralJws.TryParse(bytes, MaxSealBytes, out var jws, out var refusal) || jws.Signatures.Any(signature => signature.Type != Transcript.Type))
            return Unsealed($"{SealFile} is not the root's signature of a transcript. {refusal.Detail}");
        if (Root() is not { } root)
            return null;
        if (!jws.Signatures.Any(signature => signature.IsSignedBy(root)))
            return Unsealed($"{SealFile} is not signed by the root {root}.");
        return TranscriptJson.Read(jws.Payload.Span, TranscriptJson.Strict.TranscriptSeal) is { Format: Transcript.Format } seal
            ? seal
            : Unsealed($"{SealFile} does not hold the seal of a transcript.");
    }

    private TranscriptSeal? Unsealed(string detail)
    {
        _findings.Add(new TranscriptFinding(null, Codes.TranscriptSignature, detail));
        return null;
    }

    /// <summary>The folder brings the keys of roots; the anchor says which is the one. After a change of root that is the old one or the new one: both closed the transcript.</summary>
    private VerificationKey? Root()
    {
        foreach (var info in RootKeys())
        {
            if (anchor == TrustAnchor.Fingerprint(Digest.Of(info.Span)) && VerificationKey.TryImport(info.Span, out var key, out _))
                return key;
        }

        _findings.Add(new TranscriptFinding(null, Codes.TrustRoot, "No root of this folder is the one that is trusted."));
        return null;
    }

    private IEnumerable<ReadOnlyMemory<byte>> RootKeys()
    {
        var file = Path.Combine(folder, CeremonyFolder.RootCertificate);
        if (!File.Exists(file))
            throw new CommandException(Codes.FileMissing, $"There is no {file}.", ExitCodes.Usage);
        using var certificate = X509CertificateLoader.LoadCertificateFromFile(file);
        yield return certificate.PublicKey.ExportSubjectPublicKeyInfo();
        if (ReadBounded(CeremonyFolder.Card, VerifiedTrust.MaxJwsBytes) is not { } card || !GeneralJws.TryParse(card, VerifiedTrust.MaxJwsBytes, out var jws, out _)
            || !TrustCard.TryDecodeJson(jws.Payload, out var read, out _))
            yield break;
        foreach (var root in read.Keys.Where(key => key.Role == KeyRole.Root))
            yield return root.SubjectPublicKeyInfo;
    }

    /// <summary>What was signed against what is there: from the first difference on, the nearer match says whether lines were taken out, put in or changed.</summary>
    private void Compare(IReadOnlyList<string> signed, List<string> found)
    {
        var (s, f) = (0, 0);
        while (s < signed.Count || f < found.Count)
        {
            if (s < signed.Count && f < found.Count && signed[s] == found[f])
            {
                (s, f) = (s + 1, f + 1);
                continue;
            }

            var removed = f < found.Count ? IndexFrom(signed, s, found[f]) : signed.Count;
            var added = s < signed.Count ? found.IndexOf(signed[s], f) : found.Count;
            if (removed > s && (added < 0 || removed - s <= added - f))
            {
                for (; s < removed; s++)
                    Add(f + 1, Codes.TranscriptRemoved, $"Line {s + 1} of the signed transcript is not there.");
            }
            else if (added > f)
            {
                for (; f < added; f++)
                    Add(f + 1, Codes.TranscriptAdded, "The line is not in the signed transcript.");
            }
            else
            {
                Add(f + 1, Codes.TranscriptChanged, $"The line is not the one that was signed as line {s + 1}.");
                (s, f) = (s + 1, f + 1);
            }
        }
    }

    private static int IndexFrom(IReadOnlyList<string> signed, int from, string hash)
    {
        for (var at = from; at < signed.Count; at++)
        {
            if (signed[at] == hash)
                return at;
        }

        return -1;
    }

    private void CheckChain(List<byte[]> lines, List<string> hashes)
    {
        var next = 1;
        for (var at = 0; at < lines.Count; at++, next++)
        {
            if (TranscriptJson.Read(lines[at], TranscriptJson.Strict.TranscriptLine) is not { } line)
            {
                Add(at + 1, Codes.TranscriptChanged, "Not a line of a transcript.");
                continue;
            }

            if (line.N != next || line.After != (at == 0 ? null : hashes[at - 1]))
                Add(at + 1, Codes.TranscriptChain, "The line is not bound to the one before it: that one was changed, or lines were taken out or put in.");
            next = line.N;
        }
    }

    /// <summary>A file that a later line wrote anew is judged by that line.</summary>
    private void CheckFiles(List<byte[]> lines)
    {
        var written = new Dictionary<string, (int Line, string Digest)>(StringComparer.Ordinal);
        for (var at = 0; at < lines.Count; at++)
        {
            if (TranscriptJson.Read(lines[at], TranscriptJson.Strict.TranscriptLine) is { Act: CeremonyFolder.Act } line
                && line.Facts.TryGetValue("file", out var name) && line.Facts.TryGetValue("sha256", out var digest))
                written[name] = (at + 1, digest);
        }

        foreach (var (name, (line, digest)) in written)
        {
            // The name is a line's: it leads nowhere but into the folder.
            var content = Path.GetFileName(name) == name ? ReadBounded(name, MaxBytes) : null;
            if (content is null || Digest.Of(content).ToString() != digest)
                Add(line, Codes.TranscriptFile, $"{name} is {(content is null ? "not there" : "not the file that the ceremony wrote")}.");
        }
    }

    private byte[]? ReadBounded(string name, int most) =>
        new FileInfo(Path.Combine(folder, name)) is { Exists: true } file && file.Length <= most ? File.ReadAllBytes(file.FullName) : null;

    private void Add(int line, string code, string detail) => _findings.Add(new TranscriptFinding(line, code, detail));
}
