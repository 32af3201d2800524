using System.Text.Json.Serialization;
using ELicense.Core;
using ELicense.Core.Tokens;
using ELicense.Display;
using ELicense.Issuance.Delegates;
using ELicense.PublicVerification.Ocsp;
using ELicense.Verification.Receipts;

namespace ELicense.Cli.Hosting;

/// <param name="Role">ocsp, receipt, badge or portal.</param>
/// <param name="Key">SHA-256 of its SubjectPublicKeyInfo, 64 hexadecimal digits: what the public zone wrote to public/ROLE.key of its data folder.</param>
internal sealed record DelegateConfiguration([property: JsonRequired] string Role, [property: JsonRequired] string Key)
{
    private static readonly string[] Roles = [OcspDelegates.Role, Receipt.Role, BadgeStatement.Role, Filing.PortalRole];

    public NamedDelegate ToDelegate() => Roles.Contains(Role) && Digest.TryParseHex(Key, out var key)
        ? new NamedDelegate(Role, key)
        : throw new CommandException(Codes.ConfigFormat, $"delegates: {Role} {Key} is no role and SHA-256 of a SubjectPublicKeyInfo.", ExitCodes.Usage);

    /// <summary>Those of the configuration; a development authority also certifies the public zone of its own data folder.</summary>
    public static IReadOnlyList<NamedDelegate> Named(IReadOnlyList<DelegateConfiguration>? configured, DataFolder data)
    {
        var named = (configured ?? []).Select(one => one.ToDelegate()).ToList();
        foreach (var (role, file) in Roles.Select(role => (role, data.DelegateKeyFingerprint(role))))
        {
            if (File.Exists(data.RootFingerprint) && File.Exists(file) && Digest.TryParseHex(File.ReadAllText(file).Trim(), out var own))
                named.Add(new NamedDelegate(role, own));
        }

        return named;
    }
}
