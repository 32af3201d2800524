using System.Numerics;
using System.Security.Cryptography;
using ELicense.Core.Licenses;
using ELicense.Core.Status;
using ELicense.Core.Tokens;
using ELicense.Cryptography.Envelopes;
using ELicense.IntegrationTests.Issuance;
using Xunit;

namespace ELicense.IntegrationTests.OneLog;

/// <summary>Every view of the log, each compared with the log replayed to the size that it states: register, status lists, CRLs, OCSP answers and verdicts, files.</summary>
internal sealed class Views(PublishedCounter published) : IDisposable
{
    private const int NotIssued = (int)Standing.NotIssued;
    private readonly Dictionary<string, (BigInteger Number, string Sha256)> _lists = [];
    private readonly List<ReplayedModel> _models = [new ReplayedModel()];
    private readonly List<byte[]> _entries = [];
    private readonly OcspView _ocsp = new(published);

    private Counter Counter => published.Counter;

    /// <summary>After a round of publishing.</summary>
    public void Check()
    {
        Follow();
        CheckRegister();
        foreach (var file in Files("status/licenses"))
            CheckStatusList(file, StatusList.LicenseListLength, At(file, out var list).Licenses.Where(pair => pair.Key.List == list).ToDictionary(pair => pair.Key.Index, pair => (int)pair.Value));
        foreach (var file in Files("status/certificates"))
            CheckStatusList(file, StatusList.CertificateListLength, At(file, out var list).Certificates.Values.Where(one => one.List == list).ToDictionary(one => one.Index, one => (int)one.Standing));
        foreach (var file in Directory.GetFiles(published.Full("crl"), "*.crl", SearchOption.AllDirectories))
            CheckCrl(file);
        _ocsp.Check(ModelAt, Reason);
    }

    /// <summary>The verifying side begins again, with its caches or without.</summary>
    public void RestartVerifier(bool forgetful) => _ocsp.Restart(forgetful);

    public void Dispose() => _ocsp.Dispose();

    /// <summary>All certificates of the publication are those that the log names.</summary>
    public void CheckFiles()
    {
        foreach (var certificate in _models[^1].Certificates.Values)
            Assert.Equal(certificate.Digest, Core.Digest.Of(File.ReadAllBytes(published.Full($"certificates/{certificate.List}/{certificate.Index}.cer"))));
        Assert.Equal(_models[^1].Certificates.Count, Directory.GetFiles(published.Full("certificates"), "*.cer", SearchOption.AllDirectories).Length);
    }

    private void Follow()
    {
        _entries.AddRange(Counter.Database.Rows($"SELECT entry FROM whole_log WHERE position >= {_entries.Count} ORDER BY position").Select(Convert.FromHexString));
        while (_models[^1].Size < _entries.Count)
            _models[^1].Append(_entries[(int)_models[^1].Size]);
    }

    /// <summary>The model at a size that a view states: the newest, or one that is replayed for it.</summary>
    private ReplayedModel ModelAt(long size)
    {
        Assert.InRange(size, 0, _entries.Count);
        if (_models[^1].Size == size)
            return _models[^1];
        var model = new ReplayedModel();
        while (model.Size < size)
            model.Append(_entries[(int)model.Size]);
        return model;
    }

    private void CheckRegister()
    {
        var model = _models[^1];
        var standings = Counter.Database.Rows("SELECT status_index || ' ' || standing FROM standings");
        Assert.Equal(
            model.Licenses.Select(pair => $"{((long)pair.Key.List * StatusList.LicenseListLength) + pair.Key.Index} {(int)pair.Value}").Order(StringComparer.Ordinal),
            standings.Order(StringComparer.Ordinal));
        var certificates = Counter.Database.Rows(
            """
            SELECT p.issuer || ' ' || p.serial || ' ' || p.certificate_index || ' ' || s.standing || ' ' || s.reason || ' ' || (s.changed_ms / 1000)
            FROM prepared_certificates p JOIN certificate_standings s ON s.certificate_index = p.certificate_index
            """);
        Assert.Equal(
            model.Certificates.Values.Select(one =>
                $"{one.Issuer} {one.Serial} {((long)one.List * StatusList.CertificateListLength) + one.Index} {(int)one.Standing} {one.Reason} {one.Since.ToUnixTimeSeconds()}").Order(StringComparer.Ordinal),
            certificates.Order(StringComparer.Ordinal));
    }

    private ReplayedModel At(string file, out int list)
    {
        list = int.Parse(Path.GetFileNameWithoutExtension(file), System.Globalization.CultureInfo.InvariantCulture);
        return ModelAt(Cwt(file).LogSize);
    }

    private static void CheckStatusList(string file, int length, IReadOnlyDictionary<int, int> expected)
    {
        foreach (var token in (StatusListToken[])[Cwt(file), Jwt(Path.ChangeExtension(file, ".jwt"))])
        {
            for (var index = 0; index < length; index++)
            {
                if ((int)token.List[index] != expected.GetValueOrDefault(index, NotIssued))
                    Assert.Fail($"{file}: index {index} is {token.List[index]}, the log to {token.LogSize} says {(Standing)expected.GetValueOrDefault(index, NotIssued)}.");
            }
        }
    }

    private void CheckCrl(string file)
    {
        var crl = PublishedCrl.Read(file);
        var (issuer, name) = (Path.GetFileName(Path.GetDirectoryName(file)), Path.GetFileNameWithoutExtension(file));
        var expected = ModelAt(crl.LogSize).Certificates.Values
            .Where(one => one.Issuer.ToString() == issuer && one.Standing != Standing.Valid && (name == "complete" || name == $"{one.List}"))
            .ToDictionary(one => one.Serial, one => (one.Since, Reason(one)));
        Assert.Equal(expected.OrderBy(pair => pair.Key, StringComparer.Ordinal), crl.Entries.Select(pair => KeyValuePair.Create(pair.Key, pair.Value)).OrderBy(pair => pair.Key, StringComparer.Ordinal));
        Assert.Equal(name != "complete", crl.HasDistributionPoint);
        Assert.True(crl.ThisUpdate <= Counter.Clock.Now && crl.NextUpdate > Counter.Clock.Now + TimeSpan.FromDays(1), file);
        var now = (crl.Number, Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file))));
        if (_lists.TryGetValue(file, out var before) && before != now && crl.Number <= before.Number)
            Assert.Fail($"{file}: number {crl.Number} after {before.Number}.");
        _lists[file] = now;
    }

    // RFC 5280 5.3.1 and docs/certificates.md; 82 is a confirmed loss (docs/formats.md).
    private static int Reason(ModelCertificate one) => one.Standing switch
    {
        Standing.Suspended => 6,
        Standing.Superseded => 4,
        Standing.Cancelled => 5,
        _ => one.Reason == 82 ? 1 : 9,
    };

    private string[] Files(string folder) => Directory.GetFiles(published.Full(folder), "*.cwt");

    private static StatusListToken Cwt(string file) =>
        CoseSign1.TryDecode(File.ReadAllBytes(file), StatusListToken.MaxBytes, out var message, out _)
        && StatusListToken.TryDecodeCwtClaims(message.Payload, Length(file), out var token, out _)
            ? token
            : throw new InvalidOperationException($"{file} cannot be read.");

    private static StatusListToken Jwt(string file) =>
        Jws.TryParse(File.ReadAllBytes(file), StatusListToken.MaxBytes, out var jws, out _) && StatusListToken.TryDecodeJwtClaims(jws.Payload, Length(file), out var token, out _)
            ? token
            : throw new InvalidOperationException($"{file} cannot be read.");

    private static int Length(string file) => file.Contains("/licenses/", StringComparison.Ordinal) ? StatusList.LicenseListLength : StatusList.CertificateListLength;
}
