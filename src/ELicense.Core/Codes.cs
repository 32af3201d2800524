namespace ELicense.Core;

/// <summary>All stable error codes, in one place; docs/errors.md says for each what happened and what to do.</summary>
public static class Codes
{
    // Bytes of our formats
    public const string TooLarge = "too-large";
    public const string TooDeep = "too-deep";
    public const string NotCanonical = "not-canonical";
    public const string Malformed = "malformed";
    public const string UnknownFormat = "unknown-format";
    public const string UnknownEntry = "unknown-entry";

    // Enterprises
    public const string CreditCodeFormat = "credit-code-format";
    public const string CreditCodeCheck = "credit-code-check";
    public const string OrganizationCodeCheck = "organization-code-check";
    public const string KindUnknown = "kind-unknown";
    public const string FieldMissing = "field-missing";
    public const string FieldNotAllowed = "field-not-allowed";
    public const string TextForbidden = "text-forbidden";
    public const string TextTooLong = "text-too-long";
    public const string CapitalFormat = "capital-format";
    public const string DateFormat = "date-format";
    public const string TermOrder = "term-order";
    public const string TokenTooLarge = "token-too-large";
    public const string Formula = "formula";

    // Registers in CSV
    public const string ColumnMissing = "column-missing";
    public const string Encoding = "encoding";
    public const string DuplicateCode = "duplicate-code";
    public const string AlreadyLicensed = "already-licensed";

    // Matters and the lifecycle
    public const string SamePerson = "same-person";
    public const string ContentChanged = "content-changed";
    public const string VersionMoved = "version-moved";
    public const string TransitionRefused = "transition-refused";
    public const string StateConflict = "state-conflict";
    public const string NotFound = "not-found";
    public const string OfficeUnknown = "office-unknown";
    public const string OfficeDiffers = "office-differs";
    public const string DateInFuture = "date-in-future";
    public const string TermEnded = "term-ended";
    public const string ListsFull = "lists-full";
    public const string ReasonUnknown = "reason-unknown";
    public const string ReasonMissing = "reason-missing";
    public const string CreditCodeDiffers = "credit-code-differs";
    public const string RenewalDiffers = "renewal-differs";
    public const string VersionsUsedUp = "versions-used-up";
    public const string NotTheApplicant = "not-the-applicant";
    public const string TypeDiffers = "type-differs";
    public const string GroundMissing = "ground-missing";
    public const string YearNotDue = "year-not-due";
    public const string AlreadyReported = "already-reported";
    public const string FiledContent = "filed-content";
    public const string NumberOutOfRange = "number-out-of-range";

    // Black list
    public const string BlackListed = "black-listed";
    public const string BlackListEntry = "black-list-entry";
    public const string PersonIdentifier = "person-identifier";
    public const string PersonKeyDiffers = "person-key-differs";
    public const string ExchangeOrigin = "exchange-origin";
    public const string ExchangeRollback = "exchange-rollback";

    // Audit trail
    public const string AuditChanged = "audit-changed";
    public const string AuditReordered = "audit-reordered";
    public const string AuditGap = "audit-gap";
    public const string AuditCut = "audit-cut";

    // People and rights
    public const string CertificateMissing = "certificate-missing";
    public const string CertificateUntrusted = "certificate-untrusted";
    public const string CertificateExpired = "certificate-expired";
    public const string CertificatePurpose = "certificate-purpose";
    public const string CertificateWithdrawn = "certificate-withdrawn";
    public const string OfficerUnknown = "officer-unknown";
    public const string OfficerWithdrawn = "officer-withdrawn";
    public const string RightMissing = "right-missing";

    // Enterprises' portal
    public const string EnterpriseHindered = "enterprise-hindered";
    public const string FormOrigin = "form-origin";
    public const string FormToken = "form-token";
    public const string FilingClosed = "filing-closed";
    public const string FilingUnchanged = "filing-unchanged";

    // Certificates that we issue
    public const string AlgorithmUnsupported = "algorithm-unsupported";
    public const string KeyWeak = "key-weak";
    public const string CertificateLint = "certificate-lint";
    public const string RequestSignature = "request-signature";
    public const string SubjectForeign = "subject-foreign";
    public const string KeyCertified = "key-certified";
    public const string CertificateIssued = "certificate-issued";
    public const string HolderSignature = "holder-signature";
    public const string RevocationPeriod = "revocation-period";
    public const string RevocationNumber = "revocation-number";
    public const string FilingSignature = "filing-signature";
    public const string FilingCertificate = "filing-certificate";
    public const string FilingAuthority = "filing-authority";
    public const string FilingExpired = "filing-expired";
    public const string FilingType = "filing-type";
    public const string FilingHolder = "filing-holder";
    public const string FilingRepeated = "filing-repeated";
    public const string FilingLimit = "filing-limit";
    public const string DelegateUnknown = "delegate-unknown";
    public const string DelegateRefused = "delegate-refused";
    public const string DelegateWaits = "delegate-waits";

    // Keys and tokens (PKCS#11)
    public const string PinIncorrect = "pin-incorrect";
    public const string PinLatched = "pin-latched";
    public const string PinUnavailable = "pin-unavailable";
    public const string ModuleMissing = "module-missing";
    public const string TokenMissing = "token-missing";
    public const string TokenAmbiguous = "token-ambiguous";
    public const string KeyMissing = "key-missing";
    public const string KeyAmbiguous = "key-ambiguous";
    public const string KeyDiffers = "key-differs";
    public const string SignatureWrong = "signature-wrong";
    public const string TokenTimeout = "token-timeout";
    public const string TokenFailed = "token-failed";

    // Publication and trust
    public const string TrustMissing = "trust-missing";
    public const string TrustSignature = "trust-signature";
    public const string TrustRoot = "trust-root";
    public const string TrustExpired = "trust-expired";
    public const string TrustRollback = "trust-rollback";
    public const string LogRollback = "log-rollback";
    public const string LogFork = "log-fork";
    public const string CheckpointSignature = "checkpoint-signature";
    public const string EntryMissing = "entry-missing";
    public const string TileMismatch = "tile-mismatch";
    public const string DocumentMismatch = "document-mismatch";
    public const string StatusMismatch = "status-mismatch";
    public const string StatusSignature = "status-signature";
    public const string PublicationFailed = "publication-failed";
    public const string ClockBackwards = "clock-backwards";
    public const string ClockAhead = "clock-ahead";
    public const string ClockStands = "clock-stands";
    public const string ClockGap = "clock-gap";
    public const string ClockDiffers = "clock-differs";
    public const string PublicationAgeing = "publication-ageing";
    public const string ReceiptSignature = "receipt-signature";
    public const string ReceiptProof = "receipt-proof";
    public const string ReceiptUnsigned = "receipt-unsigned";
    public const string HistoryAhead = "history-ahead";
    public const string PublicationUnreadable = "publication-unreadable";
    public const string HighWaterUnreadable = "high-water-unreadable";

    // Checks of a verdict
    public const string Ok = "ok";
    public const string NotChecked = "not-checked";
    public const string SignatureInvalid = "signature-invalid";
    public const string KeyUnknown = "key-unknown";
    public const string KeyRole = "key-role";
    public const string KeyPeriod = "key-period";
    public const string KeyLogSize = "key-log-size";
    public const string IssuerScope = "issuer-scope";
    public const string DigestMismatch = "digest-mismatch";
    public const string LogMismatch = "log-mismatch";
    public const string NotLogged = "not-logged";
    public const string StatusRevoked = "status-revoked";
    public const string StatusCancelled = "status-cancelled";
    public const string StatusSuspended = "status-suspended";
    public const string StatusSuperseded = "status-superseded";
    public const string StatusNotIssued = "status-not-issued";
    public const string StatusStale = "status-stale";
    public const string Expired = "expired";
    public const string NotYetValid = "not-yet-valid";
    public const string QrHost = "qr-host";
    public const string QrFormat = "qr-format";
    public const string QrScheme = "qr-scheme";
    public const string QrLetters = "qr-letters";
    public const string QrUserInfo = "qr-user-info";
    public const string QrTokens = "qr-tokens";
    public const string PresentationSignature = "presentation-signature";
    public const string PresentationCertificate = "presentation-certificate";
    public const string PresentationHolder = "presentation-holder";
    public const string PresentationAudience = "presentation-audience";
    public const string PresentationExpired = "presentation-expired";
    public const string NotAnArtefact = "not-an-artefact";
    public const string NameLength = "name-length";

    // HTTP
    public const string ApiKeyUnknown = "api-key-unknown";
    public const string BatchLimit = "batch-limit";
    public const string IdempotencyKeyReused = "idempotency-key-reused";
    public const string IdempotencyRunning = "idempotency-running";
    public const string InternalError = "internal-error";
    public const string MethodNotAllowed = "method-not-allowed";
    public const string NotReady = "not-ready";
    public const string Overloaded = "overloaded";
    public const string RegisterUnavailable = "register-unavailable";
    public const string DiskFull = "disk-full";
    public const string RateLimited = "rate-limited";
    public const string UnsupportedMediaType = "unsupported-media-type";

    // Sites of badges
    public const string SiteAddress = "site-address";
    public const string SiteName = "site-name";
    public const string SiteNotPublic = "site-not-public";
    public const string SiteRedirect = "site-redirect";
    public const string SiteUnreachable = "site-unreachable";
    public const string SiteTls = "site-tls";
    public const string SiteAnswer = "site-answer";
    public const string SiteProofMissing = "site-proof-missing";
    public const string SiteProofExpired = "site-proof-expired";
    public const string SiteMethod = "site-method";
    public const string SiteLimit = "site-limit";
    public const string SiteTooSoon = "site-too-soon";
    public const string SiteRegistrations = "site-registrations";
    public const string SiteChecks = "site-checks";

    // Ceremony
    public const string CeremonyDeclined = "ceremony-declined";
    public const string CeremonyFolder = "ceremony-folder";
    public const string CeremonyPlan = "ceremony-plan";
    public const string TranscriptAdded = "transcript-added";
    public const string TranscriptChain = "transcript-chain";
    public const string TranscriptChanged = "transcript-changed";
    public const string TranscriptFile = "transcript-file";
    public const string TranscriptOpen = "transcript-open";
    public const string TranscriptRemoved = "transcript-removed";
    public const string TranscriptSignature = "transcript-signature";

    // Command line
    public const string TokenNotEmpty = "token-not-empty";
    public const string TokenIncomplete = "token-incomplete";
    public const string AddressInsecure = "address-insecure";
    public const string AddressFormat = "address-format";
    public const string AuthorityUnreachable = "authority-unreachable";
    public const string AuthorityUntrusted = "authority-untrusted";
    public const string CertificateAmbiguous = "certificate-ambiguous";
    public const string ConfigFormat = "config-format";
    public const string ConsentMissing = "consent-missing";
    public const string BundleMalformed = "bundle-malformed";
    public const string BundleCut = "bundle-cut";
    public const string BundleDamaged = "bundle-damaged";
    public const string BundleGap = "bundle-gap";
    public const string BundleForeign = "bundle-foreign";
    public const string DataInUse = "data-in-use";
    public const string DevelopmentKey = "development-key";
    public const string FileMissing = "file-missing";
    public const string NetworkNeeded = "network-needed";
    public const string OfficerPem = "officer-pem";
    public const string PortBusy = "port-busy";
    public const string PublicationMissing = "publication-missing";
    public const string RegisterMissing = "register-missing";
    public const string StateMissing = "state-missing";
    public const string RoleNotBuilt = "role-not-built";
    public const string InputOutput = "io";

    /// <summary>The key cannot sign now: what waits for it is finished by itself when it can.</summary>
    public static bool IsKeyAway(string code) => code is PinIncorrect or PinLatched or PinUnavailable or ModuleMissing or TokenMissing or TokenAmbiguous or KeyMissing
        or KeyAmbiguous or KeyDiffers or TokenTimeout or TokenFailed;
}
