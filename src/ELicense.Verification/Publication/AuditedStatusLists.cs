using System.Diagnostics.CodeAnalysis;
using ELicense.Core;
using ELicense.Core.Status;
using ELicense.Core.Tokens;
using ELicense.Core.Trust;
using ELicense.Cryptography.Envelopes;
using ELicense.Verification.Standings;
using ELicense.Verification.Trust;

namespace ELicense.Verification.Publication;

/// <summary>Status lists of licenses and of certificates, in both forms, each compared with the replay when it reaches the log size that the list states.</summary>
internal sealed class AuditedStatusLists(
    PublicationSource source, VerifiedTrust trust, AuditFindings findings, DateTimeOffset now, CancellationToken cancellation)
{
    private const int MaxFileBytes = (StatusListToken.MaxBytes / 3 * 4) + 1024;

    private readonly HashSet<int> _met = [];
    private readonly List<PublishedList> _waiting = [];

    private sealed record PublishedList(string Path, int Number, int Length, StatusListToken Token);

    /// <summary>One of the two spaces of indices: list numbers are unique across both.</summary>
    private sealed record Space(string Folder, string Base, int Length, ListRange Lists);

    private IReadOnlyList<Space> Spaces { get; } =
    [
        new("licenses", trust.Card.LicenseStatusBase, StatusList.LicenseListLength, trust.Card.LicenseLists),
        new("certificates", trust.Card.CertificateStatusBase, StatusList.CertificateListLength, trust.Card.CertificateLists),
    ];

    public int Count { get; private set; }

    /// <summary>Reads a list when the log first names it; nothing of it was issued before. One that is none of the authority's is another check's finding.</summary>
    public async Task MeetAsync(int list, long position, StatusIndex standings)
    {
        if (Spaces.FirstOrDefault(space => space.Lists.Contains(list)) is not { } space || !_met.Add(list))
            return;
        await ReadAsync(space, list, isWanted: true);
        CompareAt(position, standings);
    }

    /// <summary>Compares what states this log size, or one that is past and was met too late.</summary>
    public void CompareAt(long size, StatusIndex standings)
    {
        if (_waiting.Count == 0)
            return;
        foreach (var list in _waiting.Where(list => list.Token.LogSize <= size).ToArray())
        {
            Compare(list, standings);
            _waiting.Remove(list);
        }
    }

    public async Task FinishAsync(long logSize, StatusIndex standings)
    {
        foreach (var space in Spaces)
        {
            if (_met.Add(space.Lists.First))
                await ReadAsync(space, space.Lists.First, isWanted: false);
        }

        CompareAt(logSize, standings);
        if (_waiting.Count == 0)
            return;
        // A list above the checkpoint is honest when the publisher went on meanwhile; the next audit compares it.
        var (newer, _) = await SignedCheckpoint.ReadAsync(source, trust, now, cancellation);
        foreach (var list in _waiting.Where(list => newer is null || list.Token.LogSize > newer.Checkpoint.Size))
            findings.Add(list.Path, position: null, new Refusal(Codes.StatusMismatch, $"The list states log size {list.Token.LogSize}; the checkpoint has {logSize}."));
    }

    private async Task ReadAsync(Space space, int list, bool isWanted)
    {
        foreach (var form in (string[])["cwt", "jwt"])
        {
            var path = $"status/{space.Folder}/{list}.{form}";
            var bytes = await source.ReadAsync(path, MaxFileBytes, cancellation);
            if (bytes is null)
            {
                if (isWanted)
                    findings.Add(path, position: null, new Refusal(Codes.StatusMismatch, "The log names the list, but it is not there."));
                continue;
            }

            Count++;
            if (TryOpen(bytes, form == "cwt", space, list, out var token, out var refusal))
                _waiting.Add(new PublishedList(path, list, space.Length, token));
            else
                findings.Add(path, position: null, refusal);
        }
    }

    private bool TryOpen(ReadOnlyMemory<byte> bytes, bool isCwt, Space space, int list, [NotNullWhen(true)] out StatusListToken? token, out Refusal refusal)
    {
        if (!(isCwt ? TryOpenCwt(bytes, space.Length, out token, out var kid, out refusal) : TryOpenJwt(bytes, space.Length, out token, out kid, out refusal)))
            return false;
        trust.Find(kid, KeyRole.Status, out var entry);
        var uri = $"{space.Base}/{list}";
        if (!VerifiedTrust.IsWithin(entry!, token.IssuedAt))
            refusal = new Refusal(Codes.KeyPeriod, "The list was signed outside its key's period.");
        else if (!entry!.IsGoodAt(token.LogSize - 1))
            refusal = new Refusal(Codes.KeyLogSize, $"The list states log size {token.LogSize}, for which key {kid} is not accepted.");
        // Token Status List 8.3: sub is the address that the list was asked for.
        else if (token.Uri != uri)
            refusal = new Refusal(Codes.StatusMismatch, $"The list says that it is {token.Uri}, not {uri}.");
        else if (token.ExpiresAt <= now.ToUnixTimeSeconds())
            refusal = new Refusal(Codes.StatusStale, $"The list expired at {DateTimeOffset.FromUnixTimeSeconds(token.ExpiresAt):u}.");
        return refusal.Code is null;
    }

    private bool TryOpenCwt(ReadOnlyMemory<byte> bytes, int length, [NotNullWhen(true)] out StatusListToken? token, out KeyId kid, out Refusal refusal)
    {
        token = null;
        kid = default;
        if (!CoseSign1.TryDecode(bytes, MaxFileBytes, out var message, out refusal))
            return false;
        kid = message.Kid;
        if (message.Type == StatusListToken.CwtType && trust.Find(kid, KeyRole.Status, out _) is { } key && message.IsSignedBy(key))
            return StatusListToken.TryDecodeCwtClaims(message.Payload, length, out token, out refusal);
        refusal = NotSigned();
        return false;
    }

    private bool TryOpenJwt(ReadOnlyMemory<byte> bytes, int length, [NotNullWhen(true)] out StatusListToken? token, out KeyId kid, out Refusal refusal)
    {
        token = null;
        kid = default;
        if (!Jws.TryParse(bytes.Span, MaxFileBytes, out var message, out refusal))
            return false;
        kid = message.Kid;
        if (message.Type == StatusListToken.JwtType && trust.Find(kid, KeyRole.Status, out _) is { } key && message.IsSignedBy(key))
            return StatusListToken.TryDecodeJwtClaims(message.Payload, length, out token, out refusal);
        refusal = NotSigned();
        return false;
    }

    private void Compare(PublishedList list, StatusIndex standings)
    {
        for (var index = 0; index < list.Length; index++)
        {
            if (list.Token.List[index] == standings[list.Number, index])
                continue;
            findings.Add(list.Path, position: null, new Refusal(
                Codes.StatusMismatch, $"Index {index} is {list.Token.List[index]}; the log says {standings[list.Number, index]} at size {list.Token.LogSize}."));
            return;
        }
    }

    private static Refusal NotSigned() => new(Codes.StatusSignature, "The list is not signed by the authority's status key.");
}
