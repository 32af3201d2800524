using System.Security.Cryptography;
using System.Text.Json.Serialization;
using ELicense.Core;
using ELicense.Issuance.BlackLists;
using ELicense.Verification.Trust;

namespace ELicense.Cli.Hosting;

/// <summary>The black list and its exchange (docs/matters.md).</summary>
/// <param name="PersonKeyFile">The secret that turns identifiers of persons into marks, 64 hexadecimal digits or more; null: the data folder's own, made when it is missing.</param>
/// <param name="Authorities">Those whose lists are taken over; null: none.</param>
internal sealed record BlackListConfiguration(string? PersonKeyFile = null, IReadOnlyList<AuthorityConfiguration>? Authorities = null)
{
    public static PersonMarkKey PersonKey(BlackListConfiguration? configuration, DataFolder data)
    {
        var file = configuration?.PersonKeyFile ?? data.PersonKey;
        if (configuration?.PersonKeyFile is null && !File.Exists(file))
            PrivateFile.Write(file, System.Text.Encoding.ASCII.GetBytes(RandomNumberGenerator.GetHexString(2 * PersonMarkKey.MinKeyBytes, lowercase: true) + "\n"));
        try
        {
            return new PersonMarkKey(Convert.FromHexString(File.ReadAllText(file).Trim()));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException or ArgumentException)
        {
            throw new CommandException(Codes.ConfigFormat, $"{file} does not hold {2 * PersonMarkKey.MinKeyBytes} hexadecimal digits or more: {e.Message}", ExitCodes.Usage);
        }
    }

    public static ExchangePeers Peers(BlackListConfiguration? configuration) => new(
        [.. (configuration?.Authorities ?? []).Select(authority => Digest.TryParseHex(authority.Root, out var root)
            ? new ExchangePeer(TrustAnchor.Fingerprint(root), authority.Trust)
            : throw new CommandException(Codes.ConfigFormat, $"blackList.authorities: {authority.Root} is no SHA-256 of a root's SubjectPublicKeyInfo.", ExitCodes.Usage))]);
}

/// <param name="Root">SHA-256 of the SubjectPublicKeyInfo of its root, 64 hexadecimal digits, from a source other than its publication.</param>
/// <param name="Trust">File with its trust.jws.</param>
internal sealed record AuthorityConfiguration([property: JsonRequired] string Root, [property: JsonRequired] string Trust);
