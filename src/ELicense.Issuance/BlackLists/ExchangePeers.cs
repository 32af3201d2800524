using System.Diagnostics.CodeAnalysis;
using ELicense.Core;
using ELicense.Core.Trust;
using ELicense.Cryptography.Envelopes;
using ELicense.Verification.Trust;

namespace ELicense.Issuance.BlackLists;

/// <summary>Another authority whose lists are taken over. Both are configuration: nothing that makes it trusted comes with a file.</summary>
/// <param name="Anchor">Its root.</param>
/// <param name="CardFile">Its trust.jws, as it was fetched from its publication; read again at each import.</param>
public sealed record ExchangePeer(TrustAnchor Anchor, string CardFile);

/// <summary>The authorities whose lists are taken over.</summary>
public sealed class ExchangePeers(IReadOnlyList<ExchangePeer> peers)
{
    /// <summary>The trust of the peer whose exchange key the file names. Codes: too-large, malformed, key-unknown, and those of opening a card.</summary>
    public bool TryFind(ReadOnlySpan<byte> file, DateTimeOffset now, [NotNullWhen(true)] out VerifiedTrust? trust, out Refusal refusal)
    {
        trust = null;
        if (!Jws.TryParse(file, ExchangeFile.MaxBytes, out var jws, out refusal))
            return false;
        refusal = new Refusal(Codes.KeyUnknown, $"No authority that is configured has the exchange key {jws.Kid}.");
        foreach (var peer in peers)
        {
            if (!File.Exists(peer.CardFile) || !VerifiedTrust.TryOpen(File.ReadAllBytes(peer.CardFile), peer.Anchor, now, out var opened, out var fault))
                refusal = new Refusal(Codes.KeyUnknown, $"{refusal.Detail} A configured card cannot be read or is not in force: {Path.GetFileName(peer.CardFile)}.");
            else if (opened.Find(jws.Kid, KeyRole.Exchange, out _) is not null)
                trust = opened;
        }

        if (trust is not null)
            refusal = default;
        return trust is not null;
    }
}
