using ELicense.Core;
using ELicense.Core.Trust;
using ELicense.Verification.Standings;
using ELicense.Verification.Trust;

namespace ELicense.Verification.Publication;

/// <summary>Status lists of licenses and of certificates, in both forms, each compared with the replay when it reaches the log size that the list states.</summary>
internal sealed class AuditedStatusLists(
    PublicationSource source, VerifiedTrust trust, AuditFindings findings, DateTimeOffset now, CancellationToken cancellation)
{
    private readonly HashSet<int> _met = [];
    private readonly List<PublishedStatusList> _waiting = [];

    public int Count { get; private set; }

    /// <summary>Reads a list when the log first names it; nothing of it was issued before. One that is none of the authority's is another check's finding.</summary>
    public async Task MeetAsync(int list, long position, StatusIndex standings)
    {
        if (!(trust.Card.LicenseLists.Contains(list) || trust.Card.CertificateLists.Contains(list)) || !_met.Add(list))
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
        foreach (var lists in (ListRange[])[trust.Card.LicenseLists, trust.Card.CertificateLists])
        {
            if (_met.Add(lists.First))
                await ReadAsync(lists.First, isWanted: false);
        }

        CompareAt(logSize, standings);
        if (_waiting.Count == 0)
            return;
        // A list above the checkpoint is honest when the publisher went on meanwhile; the next audit compares it.
        var (newer, _) = await SignedCheckpoint.ReadAsync(source, trust, now, cancellation);
        foreach (var list in _waiting.Where(list => newer is null || list.Token.LogSize > newer.Checkpoint.Size))
            findings.Add(list.Path, position: null, new Refusal(Codes.StatusMismatch, $"The list states log size {list.Token.LogSize}; the checkpoint has {logSize}."));
    }

    private async Task ReadAsync(int number, bool isWanted)
    {
        foreach (var form in (string[])[PublishedStatusList.Cwt, PublishedStatusList.Jwt])
        {
            var (list, refusal, path) = await PublishedStatusList.ReadAsync(source, trust, number, form, now, cancellation);
            var isThere = list is not null || refusal.Code is not null;
            Count += isThere ? 1 : 0;
            if (list is not null)
                _waiting.Add(list);
            else if (isThere)
                findings.Add(path, position: null, refusal);
            else if (isWanted)
                findings.Add(path, position: null, new Refusal(Codes.StatusMismatch, "The log names the list, but it is not there."));
        }
    }

    private void Compare(PublishedStatusList list, StatusIndex standings)
    {
        for (var index = 0; index < list.Token.List.Length; index++)
        {
            if (list.Token.List[index] == standings[list.Number, index])
                continue;
            findings.Add(list.Path, position: null, new Refusal(
                Codes.StatusMismatch, $"Index {index} is {list.Token.List[index]}; the log says {standings[list.Number, index]} at size {list.Token.LogSize}."));
            return;
        }
    }
}
