namespace ELicense.Pkcs11;

/// <summary>Where a PIN comes from: never an argument on a command line. Read when needed, wiped after use.</summary>
public abstract record PinSource
{
    /// <summary>First line of a file that only its owner may read; other modes are refused.</summary>
    public static PinSource File(string path) => throw new NotImplementedException();

    public static PinSource Environment(string variable) => throw new NotImplementedException();

    /// <summary>A file of that name in $CREDENTIALS_DIRECTORY (systemd.exec, LoadCredential=).</summary>
    public static PinSource SystemdCredential(string name) => throw new NotImplementedException();

    /// <summary>file:PATH, env:NAME or credential:NAME.</summary>
    public static PinSource Parse(string text) => throw new NotImplementedException();
}
