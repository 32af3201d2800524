using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ELicense.Core;
using ELicense.Core.Trust;
using ELicense.Cryptography.Keys;
using ELicense.Pkcs11;

namespace ELicense.Cli.Ceremony;

/// <summary>The tokens of a plan, opened one after the other. A rehearsal touches none: its keys are made in memory. Owns tokens and keys.</summary>
/// <param name="folder">Stands for {folder} in the URIs; null: a rehearsal.</param>
internal sealed class CeremonyTokens(IReadOnlyList<PlanToken> plan, string? folder, CeremonyTable table) : IDisposable
{
    private readonly Pkcs11Tokens _tokens = new();
    private readonly Dictionary<string, Pkcs11Token> _open = new(StringComparer.Ordinal);
    private readonly List<SigningKey> _keys = [];
    private readonly List<string> _places = [];

    /// <param name="folder">Stands for {folder}.</param>
    public static Pkcs11Uri Parse(PlanToken token, string folder)
    {
        var text = token.Uri.Replace("{folder}", string.Join('/', folder.Split('/').Select(Uri.EscapeDataString)), StringComparison.Ordinal);
        return Pkcs11Uri.TryParse(text, out var uri, out var fault) ? uri : throw new CommandException(Codes.CeremonyPlan, $"Token {token.Name}: {fault}", ExitCodes.Usage);
    }

    /// <summary>Opens every token and has each confirmed: it is the one that the plan means.</summary>
    public void Open()
    {
        foreach (var token in plan)
        {
            if (folder is null)
            {
                table.Record("token", ("name", token.Name), ("serial", "rehearsal"));
                continue;
            }

            var uri = Parse(token, folder);
            uri = uri.Pin is null ? uri with { Pin = PinSource.Asked($"PIN of token {token.Name}", what => Terminal.ReadPin(what, "its URI names a pin-source")) } : uri;
            if (token.Initialize)
                Initialize(uri, Path.Combine(folder, $"so-{token.Name}.pin"));
            var opened = _open[token.Name] = _tokens.OpenToken(uri);
            table.Record("token", ("name", token.Name), ("label", opened.Info.Label), ("serial", opened.Info.Serial), ("model", $"{opened.Info.Manufacturer} {opened.Info.Model}"));
            table.Confirm($"Is {opened.Info.Serial} the serial number on token {token.Name} and in its seal's record?");
        }
    }

    /// <summary>Makes the key on its token.</summary>
    public SigningKey Make(PlanKey key)
    {
        var made = folder is null ? SoftwareSigningKey.Generate(key.Suite!.Value) : (SigningKey)Pkcs11SigningKey.Generate(_open[key.Token], key.Suite!.Value, key.KeyLabel);
        _keys.Add(made);
        _places.Add((Parse(plan.Single(token => token.Name == key.Token), folder ?? "") with { Object = key.KeyLabel, Id = made.PublicKey.Kid.ToString(), Pin = null }).ToString());
        table.Record(
            "key-made", ("role", key.Role), ("algorithm", key.Algorithm), ("kid", made.PublicKey.Kid.ToString()), ("token", key.Token), ("label", key.KeyLabel),
            ("sha256", Digest.Of(made.PublicKey.SubjectPublicKeyInfo.Span).ToString()));
        return made;
    }

    /// <summary>Where the keys that were made lie, for a configuration, which adds where the PIN comes from.</summary>
    public byte[] Places() => JsonSerializer.SerializeToUtf8Bytes(_places, PlanJson.Default.ListString);

    /// <summary>A key that is there, and is the one of the trust card (key-differs). In a rehearsal one in memory stands for it.</summary>
    public SigningKey Find(ExistingKey key, TrustedKey entry)
    {
        if (!VerificationKey.TryImport(entry.SubjectPublicKeyInfo.Span, out var pinned, out var refusal))
            throw new CommandException(refusal.Code, refusal.Detail, ExitCodes.Usage);
        var found = folder is null ? SoftwareSigningKey.Generate(pinned.Suite) : (SigningKey)Pkcs11SigningKey.Open(_open[key.Token], key.Label, pinned);
        _keys.Add(found);
        table.Record("key-found", ("role", entry.Role.Name()), ("kid", key.Kid), ("token", key.Token), ("label", key.Label));
        return found;
    }

    public void Dispose()
    {
        foreach (var key in _keys)
            key.Dispose();
        _tokens.Dispose();
    }

    /// <summary>A development token, with random PINs.</summary>
    private static void Initialize(Pkcs11Uri uri, string officerPin)
    {
        var (user, officer) = (NewPin(), NewPin());
        PrivateFile.Write(uri.Pin!.ToString()["file:".Length..], user);
        PrivateFile.Write(officerPin, officer);
        var path = uri.ModulePath ?? Pkcs11Profile.ForName(uri.ModuleName!)?.ModulePaths.FirstOrDefault(File.Exists)
            ?? throw new CommandException(Codes.ModuleMissing, "SoftHSM 2 is not installed (Debian package softhsm2).", ExitCodes.Failed);
        using var module = Pkcs11Module.Load(path);
        module.InitializeToken(uri.Token!, officer.AsSpan().TrimEnd((byte)'\n'), user.AsSpan().TrimEnd((byte)'\n'));
    }

    private static byte[] NewPin() => Encoding.ASCII.GetBytes(RandomNumberGenerator.GetInt32(100_000_000).ToString("D8", CultureInfo.InvariantCulture) + "\n");
}
