using System.Diagnostics.CodeAnalysis;
using ELicense.Core;
using ELicense.Core.Status;
using ELicense.Core.Tokens;
using ELicense.Core.Trust;
using ELicense.Cryptography.Envelopes;
using ELicense.Verification.Standings;
using ELicense.Verification.Trust;

namespace ELicense.Verification.Publication;

/// <summary>Status lists of licenses, in both forms, each compared with the replay when it reaches the log size that the list states.</summary>
internal sealed class AuditedStatusLists(
    PublicationSource source, VerifiedTrust trust, AuditFindings findings, DateTimeOffset now, CancellationToken cancellation)
{
    private const int MaxFileBytes = (StatusListToken.MaxBytes / 3 * 4) + 1024;

    private readonly HashSet<int> _met = [];
    private readonly List<PublishedList> _waiting = [];

    private sealed record PublishedList(string Path, int Number, StatusListToken Token);

    public int Count { get; private set; }

    /// <summary>Reads a list when the log first names it; nothing of it was issued before.</summary>
    public async Task MeetAsync(int list, long position, StatusIndex standings)
    {
        if (!_met.Add(list))
            return;
        await ReadAsync(list, isWanted: true);
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
        if (_met.Add(trust.Card.LicenseLists.First))
            await ReadAsync(trust.Card.LicenseLists.First, isWanted: false);
        CompareAt(logSize, standings);
        if (_waiting.Count == 0)
            return;
        // A list above the checkpoint is honest when the publisher went on meanwhile; the next audit compares it.
        var (newer, _) = await SignedCheckpoint.ReadAsync(source, trust, now, cancellation);
        foreach (var list in _waiting.Where(list => newer is null || list.Token.LogSize > newer.Checkpoint.Size))
            findings.Add(list.Path, position: null, new Refusal(Codes.StatusMismatch, $"The list states log size {list.Token.LogSize}; the checkpoint has {logSize}."));
    }

    private async Task ReadAsync(int list, bool isWanted)
    {
        foreach (var form in (string[])["cwt", "jwt"])
        {
            var path = $"status/licenses/{list}.{form}";
            var bytes = await source.ReadAsync(path, MaxFileBytes, cancellation);
            if (bytes is null)
            {
                if (isWanted)
                    findings.Add(path, position: null, new Refusal(Codes.StatusMismatch, "The log names the list, but it is not there."));
                continue;
            }

            Count++;
            if (TryOpen(bytes, form == "cwt", list, out var token, out var refusal))
                _waiting.Add(new PublishedList(path, list, token));
            else
                findings.Add(path, position: null, refusal);
        }
    }

    private bool TryOpen(ReadOnlyMemory<byte> bytes, bool isCwt, int list, [NotNullWhen(true)] out StatusListToken? token, out Refusal refusal)
    {
        if (!(isCwt ? TryOpenCwt(bytes, out token, out var kid, out refusal) : TryOpenJwt(bytes, out token, out kid, out refusal)))
            return false;
        trust.Find(kid, KeyRole.Status, out var entry);
        var uri = $"{trust.Card.LicenseStatusBase}/{list}";
        if (!VerifiedTrust.IsWithin(entry!, token.IssuedAt))
            refusal = new Refusal(Codes.KeyPeriod, "The list was signed outside its key's period.");
        // Token Status List 8.3: sub is the address that the list was asked for.
        else if (token.Uri != uri)
            refusal = new Refusal(Codes.StatusMismatch, $"The list says that it is {token.Uri}, not {uri}.");
        else if (token.ExpiresAt <= now.ToUnixTimeSeconds())
            refusal = new Refusal(Codes.StatusStale, $"The list expired at {DateTimeOffset.FromUnixTimeSeconds(token.ExpiresAt):u}.");
        return refusal.Code is null;
    }

    private bool TryOpenCwt(ReadOnlyMemory<byte> bytes, [NotNullWhen(true)] out StatusListToken? token, out KeyId kid, out Refusal refusal)
    {
        token = null;
        kid = default;
        if (!CoseSign1.TryDecode(bytes, MaxFileBytes, out var message, out refusal))
            return false;
        kid = message.Kid;
        if (message.Type == StatusListToken.CwtType && trust.Find(kid, KeyRole.Status, out _) is { } key && message.IsSignedBy(key))
            return StatusListToken.TryDecodeCwtClaims(message.Payload, StatusList.LicenseListLength, out token, out refusal);
        refusal = NotSigned();
        return false;
    }

    private bool TryOpenJwt(ReadOnlyMemory<byte> bytes, [NotNullWhen(true)] out StatusListToken? token, out KeyId kid, out Refusal refusal)
    {
        token = null;
        kid = default;
        if (!Jws.TryParse(bytes.Span, MaxFileBytes, out var message, out refusal))
            return false;
        kid = message.Kid;
        if (message.Type == StatusListToken.JwtType && trust.Find(kid, KeyRole.Status, out _) is { } key && message.IsSignedBy(key))
            return StatusListToken.TryDecodeJwtClaims(message.Payload, StatusList.LicenseListLength, out token, out refusal);
        refusal = NotSigned();
        return false;
    }

    private void Compare(PublishedList list, StatusIndex standings)
    {
        for (var index = 0; index < StatusList.LicenseListLength; index++)
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
