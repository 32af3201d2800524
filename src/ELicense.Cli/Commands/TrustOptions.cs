using System.CommandLine;
using System.Text;
using ELicense.Core;
using ELicense.Verification.Publication;
using ELicense.Verification.Trust;

namespace ELicense.Cli.Commands;

/// <summary>The options of every command that verifies: where trust begins, where the publication is, where the high-water mark is kept.</summary>
internal sealed class TrustOptions
{
    private readonly Option<string?> _trust = new("--trust")
    {
        Description = "a trust.jws, the root's certificate, or the 64 hex digits of the SHA-256 of the root's SubjectPublicKeyInfo",
    };

    private readonly Option<string?> _publication = new("--publication") { Description = "folder or HTTP address of the publication" };
    private readonly Option<string?> _state = new("--state") { Description = "folder of the high-water mark: an older checkpoint than one seen before is refused" };

    public void AddTo(Command command)
    {
        _trust.Required = true;
        command.Options.Add(_trust);
        command.Options.Add(_publication);
        command.Options.Add(_state);
    }

    /// <summary>For a command that can also work without a publication; it keeps no mark.</summary>
    public void AddOptionalTo(Command command)
    {
        command.Options.Add(_trust);
        command.Options.Add(_publication);
    }

    public bool IsGiven(ParseResult parsed) => parsed.GetValue(_trust) is not null || parsed.GetValue(_publication) is not null;

    public string? Publication(ParseResult parsed) => parsed.GetValue(_publication);

    public string? State(ParseResult parsed) => parsed.GetValue(_state);

    /// <param name="parsed">The command line.</param>
    /// <param name="card">The card itself, when a trust.jws was given.</param>
    public TrustAnchor Anchor(ParseResult parsed, out ReadOnlyMemory<byte>? card) => parsed.GetValue(_trust) is { } trust
        ? Read(trust, out card)
        : throw new CommandException("trust-missing", "--publication needs --trust: trust never comes from what is verified.", ExitCodes.Usage);

    /// <param name="value">A file, or the fingerprint itself.</param>
    /// <param name="card">The card itself, when a trust.jws was given.</param>
    public static TrustAnchor Read(string value, out ReadOnlyMemory<byte>? card)
    {
        if (new FileInfo(value) is { Exists: true, Length: > VerifiedTrust.MaxJwsBytes })
            throw new CommandException(Codes.TooLarge, $"--trust: {value} is larger than any trust card.", ExitCodes.Usage);
        var content = File.Exists(value) ? File.ReadAllBytes(value) : Encoding.UTF8.GetBytes(value);
        return TrustAnchor.TryRead(content, out var anchor, out card, out var refusal)
            ? anchor
            : throw new CommandException(refusal.Code, $"--trust: {refusal.Detail}", ExitCodes.Usage);
    }

    public static PublicationSource Source(string publication)
    {
        if (!publication.StartsWith("http://", StringComparison.Ordinal) && !publication.StartsWith("https://", StringComparison.Ordinal)
            && !Directory.Exists(publication))
        {
            throw new CommandException(Codes.PublicationMissing, $"There is no folder {publication}.", ExitCodes.Usage);
        }

        return PublicationSource.Open(publication);
    }
}
