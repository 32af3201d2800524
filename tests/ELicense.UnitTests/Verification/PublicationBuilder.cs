using System.Buffers.Binary;
using System.Formats.Cbor;
using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using ELicense.Core;
using ELicense.Core.Licenses;
using ELicense.Core.Log;
using ELicense.Core.Status;
using ELicense.Core.Trust;
using ELicense.Cryptography.Envelopes;

namespace ELicense.UnitTests.Verification;

/// <summary>
/// Writes a publication as docs/formats.md says, with real keys into a real folder. It is a second implementation, as plain as can be: the whole tree is hashed
/// by the recursion of RFC 6962 2.1 and every file is written again each time.
/// </summary>
internal sealed class PublicationBuilder : IDisposable
{
    private readonly List<byte[]> _entries = [];
    private readonly Dictionary<int, byte[]?> _files = [];
    private readonly StatusList _standings = new(StatusList.LicenseListLength);
    private readonly StatusList _certificates = new(StatusList.CertificateListLength);
    private bool _hasCertificates;

    public TestAuthority Authority { get; } = new();

    public string Folder { get; } = Directory.CreateTempSubdirectory("publication-").FullName;

    public long TrustVersion { get; set; } = 1;

    /// <summary>Of entries from now on.</summary>
    public DateTimeOffset EntryTime { get; set; } = TestAuthority.Now;

    public int Size => _entries.Count;

    public TestLicense Issue(int index, string? code = null, int version = 1, string name = "福州示例有限公司")
    {
        var license = Authority.Issue(index, version, code: code, name: name);
        Append(LogEntryKind.LicenseIssued, license, Standing.Valid, license.Statement);
        _files[_entries.Count - 1] = license.File;
        return license;
    }

    public void IssueMany(int count)
    {
        var first = Authority.Issue(0);
        for (var i = 0; i < count; i++)
        {
            var license = i == 0 ? first : Authority.Issue(i);
            Append(LogEntryKind.LicenseIssued, license, Standing.Valid, license.Statement);
            _files[_entries.Count - 1] = license.File;
        }
    }

    public void Change(TestLicense license, Standing standing, int reason = 0) => Append(LogEntryKind.LicenseStatus, license, standing, digest: null, reason);

    /// <summary>Logs the certificate at the index of the first certificate list, and publishes it.</summary>
    public void Certify(X509Certificate2 certificate, int index)
    {
        Append(LogEntryKind.CertificateIssued, certificate, index, Standing.Valid, Digest.Of(certificate.RawData));
        Write($"certificates/{TestAuthority.CertificateList}/{index}.cer", certificate.RawData);
    }

    public void Change(X509Certificate2 certificate, int index, Standing standing, int reason = 0) =>
        Append(LogEntryKind.CertificateStatus, certificate, index, standing, digest: null, reason);

    /// <summary>What the status lists say of it, whatever the log says.</summary>
    public void SayInList(TestLicense license, Standing standing) => _standings[license.Claims.Index] = standing;

    public void Append(byte[] entry) => _entries.Add(entry);

    /// <summary>An entry of any kind number, also one that no code of ours would write.</summary>
    public void AppendKind(int kind)
    {
        var writer = new CborWriter(CborConformanceMode.Canonical);
        writer.WriteStartArray(9);
        writer.WriteInt32(1);
        writer.WriteInt32(kind);
        writer.WriteInt64(TestAuthority.Now.ToUnixTimeMilliseconds());
        writer.WriteNull();
        writer.WriteInt32(0);
        writer.WriteInt32(0);
        writer.WriteInt32(0);
        writer.WriteInt32(0);
        writer.WriteNull();
        writer.WriteEndArray();
        Append(writer.Encode());
    }

    public void Withdraw(int position) => _files[position] = null;

    /// <summary>Forgets the log from this size on: what a restored older database would do.</summary>
    public void CutTo(int size)
    {
        _entries.RemoveRange(size, _entries.Count - size);
        foreach (var position in _files.Keys.Where(position => position >= size).ToArray())
            _files.Remove(position);
    }

    /// <param name="spoil">Called when all is there but the checkpoint: whoever follows meets nothing that is still right.</param>
    public void Publish(DateTimeOffset? time = null, Action? spoil = null)
    {
        var at = time ?? TestAuthority.Now;
        var leaves = _entries.Select(entry => SHA256.HashData([0, .. entry])).ToArray();
        WriteTrust();
        for (var n = 0; n * 256 < Size; n++)
        {
            var width = Math.Min(256, Size - (n * 256));
            Write($"log/tile/entries/{Number(n)}{Partial(width)}", _entries.Skip(n * 256).Take(width).SelectMany(Prefixed).ToArray());
            Write($"documents/{Number(n)}", Pack(n, width));
        }

        WriteTiles(0, leaves);
        spoil?.Invoke();
        var checkpoint = new Checkpoint(TestAuthority.Origin, Size, new Digest(Root(leaves)));
        var note = CheckpointSigning.Sign(checkpoint, Authority.Log, Authority.Clock, at);
        Write("log/checkpoint", Encoding.UTF8.GetBytes(note.ToString()));
        WriteStatusList(at);
    }

    public void WriteTrust(TrustCard? card = null)
    {
        var signed = Authority.Sign(card ?? Authority.Card(TrustVersion));
        Write("trust.jws", signed);
        Write($"trust/{(card?.Version ?? TrustVersion).ToString(CultureInfo.InvariantCulture)}.jws", signed);
    }

    public string PathOf(string path) => Path.Combine(Folder, path);

    public byte[] Read(string path) => File.ReadAllBytes(PathOf(path));

    public void Write(string path, byte[] content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(path))!);
        File.WriteAllBytes(PathOf(path) + ".new", content);
        File.Move(PathOf(path) + ".new", PathOf(path), overwrite: true);
    }

    /// <summary>Changes one byte of a published file.</summary>
    public void Flip(string path, int at)
    {
        var bytes = Read(path);
        bytes[at < 0 ? bytes.Length + at : at] ^= 0x01;
        Write(path, bytes);
    }

    public void Dispose()
    {
        Authority.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    private void Append(LogEntryKind kind, TestLicense license, Standing standing, Digest? digest, int reason = 0)
    {
        var claims = license.Claims;
        _standings[claims.Index] = standing;
        Append(new LogEntry(
            kind, EntryTime.ToUnixTimeMilliseconds(), new EnterpriseSubject(claims.CreditCode), claims.List, claims.Index, standing, reason, digest).Encode());
    }

    private void Append(LogEntryKind kind, X509Certificate2 certificate, int index, Standing standing, Digest? digest, int reason = 0)
    {
        _hasCertificates = true;
        _certificates[index] = standing;
        var subject = new CertificateSubject(Authority.Enterprises.Key.PublicKey.Kid, certificate.SerialNumber.ToLowerInvariant());
        Append(new LogEntry(
            kind, TestAuthority.Now.ToUnixTimeMilliseconds(), subject, TestAuthority.CertificateList, index, standing, reason, digest).Encode());
    }

    private void WriteStatusList(DateTimeOffset at)
    {
        Write("licenses", TestAuthority.List, _standings, at);
        if (_hasCertificates)
            Write("certificates", TestAuthority.CertificateList, _certificates, at);
    }

    private void Write(string space, int number, StatusList list, DateTimeOffset at)
    {
        var token = new StatusListToken(
            $"https://gs.example.cn/publication/status/{space}/{number}", at.ToUnixTimeSeconds(), at.AddDays(2).ToUnixTimeSeconds(), 60, Size, list);
        Write($"status/{space}/{number}.cwt", CoseSigning.Sign(Authority.Status, StatusListToken.CwtType, token.EncodeCwtClaims()));
        Write($"status/{space}/{number}.jwt", Encoding.ASCII.GetBytes(Jws.Sign(Authority.Status, StatusListToken.JwtType, token.EncodeJwtClaims())));
    }

    private byte[] Pack(int n, int width)
    {
        var writer = new CborWriter(CborConformanceMode.Canonical);
        writer.WriteStartArray(3);
        writer.WriteInt32(1);
        writer.WriteInt64(Size);
        writer.WriteStartArray(width);
        for (var position = n * 256; position < (n * 256) + width; position++)
        {
            if (_files.GetValueOrDefault(position) is { } file)
                writer.WriteByteString(file);
            else
                writer.WriteNull();
        }

        writer.WriteEndArray();
        writer.WriteEndArray();
        return writer.Encode();
    }

    private void WriteTiles(int level, byte[][] hashes)
    {
        for (var n = 0; n * 256 < hashes.Length; n++)
        {
            var width = Math.Min(256, hashes.Length - (n * 256));
            Write($"log/tile/{level}/{Number(n)}{Partial(width)}", hashes.Skip(n * 256).Take(width).SelectMany(hash => hash).ToArray());
        }

        if (hashes.Length >= 256)
            WriteTiles(level + 1, hashes.Chunk(256).Where(chunk => chunk.Length == 256).Select(Root).ToArray());
    }

    // RFC 6962 2.1
    private static byte[] Root(byte[][] hashes)
    {
        if (hashes.Length == 0)
            return SHA256.HashData([]);
        if (hashes.Length == 1)
            return hashes[0];
        var split = 1;
        while (split * 2 < hashes.Length)
            split *= 2;
        return SHA256.HashData([1, .. Root(hashes[..split]), .. Root(hashes[split..])]);
    }

    private static byte[] Prefixed(byte[] entry)
    {
        var length = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(length, (ushort)entry.Length);
        return [.. length, .. entry];
    }

    // Fewer than a thousand tiles are enough for a test.
    private static string Number(int n) => n.ToString("000", CultureInfo.InvariantCulture);

    private static string Partial(int width) => width == 256 ? "" : $".p/{width.ToString(CultureInfo.InvariantCulture)}";
}
