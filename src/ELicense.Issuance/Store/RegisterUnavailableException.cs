namespace ELicense.Issuance.Store;

/// <summary>
/// The register's database did not answer, for longer than is waited for, or in the midst of a transaction; it passes by itself (register-unavailable).
/// What was not committed is rolled back by the database.
/// </summary>
public sealed class RegisterUnavailableException : Exception
{
    internal RegisterUnavailableException(bool commitUnknown, Exception inner)
        : base($"The register's database does not answer: {inner.Message}", inner) => CommitUnknown = commitUnknown;

    /// <summary>True when the connection was lost while it committed: read again before you repeat. False: nothing was done.</summary>
    public bool CommitUnknown { get; }
}
