using ELicense.Core;
using ELicense.Core.Enterprises;
using ELicense.Core.Licenses;

namespace ELicense.Verification.Standings;

/// <summary>One license version as the log and the packs tell it.</summary>
/// <param name="File">The .elic; null when its face was withdrawn or not published.</param>
public sealed record PublishedVersion(
    CreditCode CreditCode, int List, int Index, long Position, Digest LoggedDigest, Standing Standing, DateTimeOffset Since, int Reason, ReadOnlyMemory<byte>? File);

/// <summary>Look-ups by index, credit code (and later name) on embedded SQLite, built from log and packs by the follower; may be deleted at any time.</summary>
public sealed class LookupIndex : IDisposable
{
    public PublishedVersion? Find(int list, int index) => throw new NotImplementedException();

    /// <summary>The version issued last for the code.</summary>
    public PublishedVersion? FindNewest(CreditCode code) => throw new NotImplementedException();

    public IReadOnlyList<PublishedVersion> Versions(CreditCode code) => throw new NotImplementedException();

    public void Dispose() => throw new NotImplementedException();
}
