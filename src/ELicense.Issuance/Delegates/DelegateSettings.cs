using ELicense.Core;

namespace ELicense.Issuance.Delegates;

/// <summary>A key of the public zone that this authority certifies when asked.</summary>
/// <param name="Role">As in the trust card's delegations.</param>
/// <param name="Key">SHA-256 of its SubjectPublicKeyInfo.</param>
public sealed record NamedDelegate(string Role, Digest Key);

/// <summary>Where requests of delegates come from, and whose are answered.</summary>
/// <param name="Inbox">Folder of filings; hostile.</param>
/// <param name="PublicationFolder">Certificates go into its folder delegates/.</param>
/// <param name="Named">Asked in each round: who is named may change while the authority runs.</param>
/// <param name="Life">Of a certificate; cut to the profile's days and the CA's end.</param>
public sealed record DelegateSettings(string Inbox, string PublicationFolder, Func<IReadOnlyList<NamedDelegate>> Named, TimeSpan Life);
