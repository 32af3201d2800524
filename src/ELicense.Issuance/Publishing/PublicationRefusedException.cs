using ELicense.Core;

namespace ELicense.Issuance.Publishing;

/// <summary>A round of publishing stopped before it signed or released something wrong.</summary>
public sealed class PublicationRefusedException(Refusal refusal) : Exception(refusal.ToString())
{
    /// <summary>log-rollback, log-fork, signature-wrong, unknown-entry.</summary>
    public Refusal Refusal => refusal;
}
