using System.Text.RegularExpressions;
using ELicense.Core.Log;
using ELicense.Core.Tokens;
using ELicense.Cryptography.Certificates;
using ELicense.Cryptography.Certificates.RevocationLists;
using ELicense.Verification.Publication;
using ELicense.Verification.Trust;

namespace ELicense.Verification.Bundles;

/// <summary>When a file takes its place: what others lean on comes first (docs/architecture.md, Publication).</summary>
internal enum BundleStep
{
    LogAndDocuments,
    Trust,
    Checkpoint,
    StatusLists,
    Rest,
}

/// <summary>The files that a publication has: each path has a form, a bound of its size, and a place in the order of publishing. No form leads out of a folder.</summary>
internal static partial class BundledPath
{
    private const RegexOptions Options = RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking;

    /// <summary>Own black lists for other authorities.</summary>
    private const int MaxExchangeBytes = 16 * 1024 * 1024;

    private static readonly (Regex Form, int MostBytes, BundleStep Step)[] Forms =
    [
        (Tile(), TilePath.Width * (LogEntry.MaxBytes + sizeof(ushort)), BundleStep.LogAndDocuments),
        (Documents(), DocumentPack.MaxBytes, BundleStep.LogAndDocuments),
        (Certificate(), DecodedCertificate.MaxBytes, BundleStep.LogAndDocuments),
        (FormerCard(), VerifiedTrust.MaxJwsBytes, BundleStep.LogAndDocuments),
        (Card(), VerifiedTrust.MaxJwsBytes, BundleStep.Trust),
        (Offices(), VerifiedTrust.MaxOfficesJwsBytes, BundleStep.Trust),
        (LogKey(), SignedNote.MaxBytes, BundleStep.Trust),
        (Checkpoint(), SignedNote.MaxBytes, BundleStep.Checkpoint),
        (StatusList(), PublishedStatusList.MaxFileBytes, BundleStep.StatusLists),
        (RevocationList(), SignedRevocationList.MaxBytes, BundleStep.Rest),
        (Delegate(), DecodedCertificate.MaxBytes, BundleStep.Rest),
        (Exchange(), MaxExchangeBytes, BundleStep.Rest),
        (Answer(), FilingAnswer.MaxJwsBytes, BundleStep.Rest),
    ];

    /// <summary>Null: a publication has no such file.</summary>
    public static int? MostBytes(string path) => Array.Find(Forms, form => form.Form.IsMatch(path)) is { Form: not null } found ? found.MostBytes : null;

    public static BundleStep Step(string path) => Array.Find(Forms, form => form.Form.IsMatch(path)).Step;

    [GeneratedRegex(@"\Alog/tile/(entries|[0-9]{1,2})/(x[0-9]{3}/){0,6}[0-9]{3}(\.p/[0-9]{1,3})?\z", Options)]
    private static partial Regex Tile();

    [GeneratedRegex(@"\Adocuments/(x[0-9]{3}/){0,6}[0-9]{3}\z", Options)]
    private static partial Regex Documents();

    [GeneratedRegex(@"\A(certificates/[0-9]{1,10}/[0-9]{1,5}|ca/[0-9a-f]{16})\.cer\z", Options)]
    private static partial Regex Certificate();

    [GeneratedRegex(@"\Atrust/[0-9]{1,18}\.jws\z", Options)]
    private static partial Regex FormerCard();

    [GeneratedRegex(@"\Atrust\.jws\z", Options)]
    private static partial Regex Card();

    [GeneratedRegex(@"\Atrust/offices\.jws\z", Options)]
    private static partial Regex Offices();

    [GeneratedRegex(@"\Alog/vkey\z", Options)]
    private static partial Regex LogKey();

    [GeneratedRegex(@"\Alog/checkpoint\z", Options)]
    private static partial Regex Checkpoint();

    [GeneratedRegex(@"\Astatus/(licenses|certificates)/[0-9]{1,10}\.(cwt|jwt)\z", Options)]
    private static partial Regex StatusList();

    [GeneratedRegex(@"\Acrl/[0-9a-f]{16}/(complete|[0-9]{1,10})\.crl\z", Options)]
    private static partial Regex RevocationList();

    [GeneratedRegex(@"\Adelegates/[0-9a-f]{16}-[0-9a-f]{16}\.cer\z", Options)]
    private static partial Regex Delegate();

    [GeneratedRegex(@"\Aexchange/black-list\.jws\z", Options)]
    private static partial Regex Exchange();

    [GeneratedRegex(@"\Aanswers/[0-9a-f]{64}\.jws\z", Options)]
    private static partial Regex Answer();
}
