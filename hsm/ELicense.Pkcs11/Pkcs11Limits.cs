namespace ELicense.Pkcs11;

/// <summary>How long and how many.</summary>
/// <param name="Call">Until a caller is told token-timeout: waiting in line and the call together.</param>
/// <param name="Sessions">Sessions and threads of a token; when half of them hang, it is refused at once.</param>
public sealed record Pkcs11Limits(TimeSpan Call, int Sessions)
{
    public static readonly Pkcs11Limits Default = new(TimeSpan.FromSeconds(10), 8);

    /// <summary>Tokens bound their sessions, some to 16 or less; the login has one of them.</summary>
    internal int SessionsOf(TokenInfo token, Pkcs11Profile profile) =>
        (int)Math.Max(1, Math.Min(Math.Min(Sessions, profile.MaxSessions), (token.MaxSessions ?? int.MaxValue) - 1));
}
