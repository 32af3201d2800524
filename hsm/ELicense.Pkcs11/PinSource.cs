using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace ELicense.Pkcs11;

/// <summary>Where a PIN comes from: never an argument on a command line. Read when needed, wiped after use.</summary>
public abstract record PinSource
{
    private const int MaxPinBytes = 255;

    private PinSource()
    {
    }

    /// <summary>The PIN's bytes, which the caller wipes. Throws <see cref="Pkcs11Exception"/> with code pin-unavailable.</summary>
    public abstract byte[] Read();

    /// <summary>First line of a file that only its owner may read (mode 0600 or 0400); other modes are refused.</summary>
    public static PinSource File(string path) => new FileSource(path);

    /// <summary>An environment variable. It stays readable in the process's environment: for development.</summary>
    public static PinSource Environment(string variable) => new EnvironmentSource(variable);

    /// <summary>A file of that name in $CREDENTIALS_DIRECTORY (systemd.exec, LoadCredential=).</summary>
    public static PinSource SystemdCredential(string name) => new CredentialSource(name);

    /// <summary>A person, asked each time; in no text.</summary>
    /// <param name="what">Told to the person.</param>
    public static PinSource Asked(string what, Func<string, byte[]> ask) => new AskedSource(what, ask);

    /// <summary>A PIN that a person typed, or that was just made. It stays in memory as long as the source does.</summary>
    public static PinSource Held(ReadOnlySpan<byte> pin) => new HeldSource(pin.ToArray());

    /// <summary>file:PATH, env:NAME or credential:NAME; others throw <see cref="FormatException"/>.</summary>
    public static PinSource Parse(string text) => TryParse(text, out var source)
        ? source

        // The text is not repeated: it may be a PIN by mistake.
        : throw new FormatException("A PIN source is file:PATH, env:NAME or credential:NAME.");

    public static bool TryParse(string text, [NotNullWhen(true)] out PinSource? source)
    {
        source = text.Split(':', 2) switch
        {
            ["file", { Length: > 0 } path] => File(path),
            ["env", { Length: > 0 } variable] => Environment(variable),
            ["credential", { Length: > 0 } name] => SystemdCredential(name),
            _ => null,
        };
        return source is not null;
    }

    /// <summary>As <see cref="Parse"/> takes it.</summary>
    public abstract override string ToString();

    private static byte[] FirstLine(string path, bool ownerOnly)
    {
        Span<byte> buffer = stackalloc byte[MaxPinBytes + 2];
        try
        {
            using var handle = System.IO.File.OpenHandle(path);
            var mode = System.IO.File.GetUnixFileMode(handle);
            if (ownerOnly && (mode & ~(UnixFileMode.UserRead | UnixFileMode.UserWrite)) != 0)
                throw Unavailable($"The PIN file '{path}' has mode 0{Convert.ToString((int)mode, 8)}; it must be 0600 or 0400.");
            var line = buffer[..RandomAccess.Read(handle, buffer, 0)];
            var end = line.IndexOfAny((byte)'\n', (byte)'\r');
            return Pin(end < 0 ? line : line[..end], $"The PIN file '{path}'");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unavailable($"The PIN file '{path}' cannot be read: {e.GetType().Name}.", e);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(buffer);
        }
    }

    private static byte[] Pin(ReadOnlySpan<byte> bytes, string where) => bytes.Length is > 0 and <= MaxPinBytes
        ? bytes.ToArray()
        : throw Unavailable($"{where} holds no PIN of 1 to {MaxPinBytes} bytes.");

    private static Pkcs11Exception Unavailable(string message, Exception? inner = null) => new("pin-unavailable", message, inner: inner);

    private sealed record HeldSource(byte[] Bytes) : PinSource
    {
        public override byte[] Read() => Pin(Bytes, "What was typed");

        public override string ToString() => "held";
    }

    private sealed record FileSource(string Path) : PinSource
    {
        public override byte[] Read() => FirstLine(Path, ownerOnly: true);

        public override string ToString() => "file:" + Path;
    }

    private sealed record EnvironmentSource(string Variable) : PinSource
    {
        public override byte[] Read() =>
            Pin(Encoding.UTF8.GetBytes(System.Environment.GetEnvironmentVariable(Variable) ?? ""), $"The environment variable {Variable}");

        public override string ToString() => "env:" + Variable;
    }

    private sealed record AskedSource(string What, Func<string, byte[]> Ask) : PinSource
    {
        public override byte[] Read() => Ask(What);

        public override string ToString() => "asked:" + What;
    }

    private sealed record CredentialSource(string Name) : PinSource
    {
        public override byte[] Read()
        {
            var directory = System.Environment.GetEnvironmentVariable("CREDENTIALS_DIRECTORY");
            if (string.IsNullOrEmpty(directory))
                throw Unavailable("CREDENTIALS_DIRECTORY is not set: the service was not started with LoadCredential=.");
            if (!string.Equals(Path.GetFileName(Name), Name, StringComparison.Ordinal))
                throw Unavailable("A credential's name has no folder in it.");

            // systemd guards the folder, and shows its access control list as group bits.
            return FirstLine(Path.Combine(directory, Name), ownerOnly: false);
        }

        public override string ToString() => "credential:" + Name;
    }
}
