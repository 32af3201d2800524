using ELicense.Core.Licenses;
using ELicense.Core.Trust;
using ELicense.Cryptography.Certificates.RevocationLists;
using ELicense.Issuance.Deadlines;

namespace ELicense.Issuance;

/// <summary>What one authority is, and where its publication goes.</summary>
public sealed record AuthoritySettings
{
    /// <summary>1 to 9999.</summary>
    public required int AuthorityNumber { get; init; }

    /// <summary>Numbers and names of the offices (登记机关).</summary>
    public required IReadOnlyDictionary<int, BilingualText> Offices { get; init; }

    /// <summary>The issuer field of license identifiers.</summary>
    public required string IdentifierIssuer { get; init; }

    public string IdentifierRoot { get; init; } = LicenseIdentifier.DefaultRoot;

    public required ListRange LicenseLists { get; init; }

    public required ListRange CertificateLists { get; init; }

    /// <summary>Scheme and host[:port] that QR texts name.</summary>
    public required Uri PublicAddress { get; init; }

    /// <summary>The log's origin line.</summary>
    public required string Origin { get; init; }

    /// <summary>sub of list 7 is this, a slash and 7.</summary>
    public required string LicenseStatusBase { get; init; }

    /// <summary>The same for certificate lists.</summary>
    public required string CertificateStatusBase { get; init; }

    public required string PublicationFolder { get; init; }

    /// <summary>File with the newest published checkpoint, kept where a restored database does not reach it.</summary>
    public required string HighWaterFile { get; init; }

    /// <summary>exp − iat of status lists; they are signed again before half of it.</summary>
    public TimeSpan StatusLifetime { get; init; } = TimeSpan.FromHours(24);

    /// <summary>ttl of status lists.</summary>
    public TimeSpan StatusTimeToLive { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a CRL is good, and how long before its end the next one is there.</summary>
    public RevocationListPeriods RevocationLists { get; init; } = RevocationListPeriods.Default;

    /// <summary>Longest time between two cosignatures of the checkpoint, so that an idle log and a frozen one do not look alike.</summary>
    public TimeSpan CosignEvery { get; init; } = TimeSpan.FromSeconds(50);

    /// <summary>Shortest time between two log entries with the head of the audit trail; a round anchors it when it has grown. Null: never.</summary>
    public TimeSpan? AnchorAuditEvery { get; init; }

    /// <summary>A clock further ahead of the last signed time than this signs nothing until an officer confirms it; the publisher's beat counts as signed. Null: any.</summary>
    public TimeSpan? ClockGap { get; init; }

    /// <summary>How long a loss report (挂失) of one officer stands without a second one's confirmation.</summary>
    public TimeSpan LossReportLapsesAfter { get; init; } = TimeSpan.FromHours(72);

    /// <summary>Time limits of matters (效能监察).</summary>
    public DeadlineSettings Deadlines { get; init; } = new();

    /// <summary>Threads that ask the license key for signatures at a time, and verify them: one more than run at a time, since they wait for the token's threads now and then.</summary>
    public int SigningThreads { get; init; } = Environment.ProcessorCount + 1;

    /// <summary>Matters in one database transaction; those of an import are twice as many.</summary>
    public int ChunkSize { get; init; } = 1000;

    /// <summary>The settings that the published trust data already say.</summary>
    public static AuthoritySettings From(
        TrustCard card, IReadOnlyDictionary<int, BilingualText> offices, Uri publicAddress, string publicationFolder, string highWaterFile) => new()
        {
            AuthorityNumber = card.AuthorityNumber,
            Offices = offices,
            IdentifierIssuer = card.IdentifierIssuer,
            IdentifierRoot = card.IdentifierRoot,
            LicenseLists = card.LicenseLists,
            CertificateLists = card.CertificateLists,
            PublicAddress = publicAddress,
            Origin = card.Origin,
            LicenseStatusBase = card.LicenseStatusBase,
            CertificateStatusBase = card.CertificateStatusBase,
            PublicationFolder = publicationFolder,
            HighWaterFile = highWaterFile,
        };
}
