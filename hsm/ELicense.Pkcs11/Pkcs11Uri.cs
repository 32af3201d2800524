using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace ELicense.Pkcs11;

/// <summary>
/// A key on a token by RFC 7512: pkcs11:token=…;serial=…;object=…;id=…?module-path=…&amp;pin-source=…. Attributes that are not given match everything.
/// Slots and libraries are no part of a key's name here: their attributes are refused, as unknown ones are (2.5: such a URI names nothing). Unknown query attributes are ignored (2.5).
/// </summary>
public sealed record Pkcs11Uri
{
    private const string Scheme = "pkcs11:";
    private const int MaxLength = 4096;

    // 2.3: what may stand for itself in a value, beside unreserved characters (RFC 3986 2.3).
    private const string PathCharacters = ":[]@!$'()*+,=&";
    private const string QueryCharacters = ":[]@!$'()*+,=/?|";

    /// <summary>CKA_LABEL of the token.</summary>
    public string? Token { get; init; }

    public string? Manufacturer { get; init; }

    public string? Serial { get; init; }

    public string? Model { get; init; }

    /// <summary>CKA_LABEL of the key.</summary>
    public string? Object { get; init; }

    /// <summary>CKA_ID in hexadecimal, lower case.</summary>
    public string? Id { get; init; }

    /// <summary>Absolute path of the library.</summary>
    public string? ModulePath { get; init; }

    /// <summary>Name of the library without what the system puts around it, as the profiles have it.</summary>
    public string? ModuleName { get; init; }

    /// <summary>file:PATH, credential:NAME or env:NAME.</summary>
    public PinSource? Pin { get; init; }

    /// <summary>What a library's profile puts into the text for C_Initialize: a vendor's attribute of this program, x-configuration.</summary>
    public string? Configuration { get; init; }

    /// <param name="fault">What is wrong, without the values: a PIN may be among them.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out Pkcs11Uri? uri, [NotNullWhen(false)] out string? fault)
    {
        uri = null;
        if (text.Length > MaxLength || !text.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            fault = $"A PKCS#11 URI begins with {Scheme} and has at most {MaxLength} characters.";
            return false;
        }

        var parts = text[Scheme.Length..].Split('?', 2);
        var found = new Pkcs11Uri();
        fault = ReadPath(parts[0], ref found) ?? (parts.Length == 2 ? ReadQuery(parts[1], ref found) : null);
        uri = fault is null ? found : null;
        return uri is not null;
    }

    /// <summary>The shortest form; what is parsed from it equals this.</summary>
    public override string ToString()
    {
        var path = new (string Name, string? Value)[]
        {
            ("token", Encode(Token, PathCharacters)), ("manufacturer", Encode(Manufacturer, PathCharacters)), ("serial", Encode(Serial, PathCharacters)),
            ("model", Encode(Model, PathCharacters)), ("object", Encode(Object, PathCharacters)), ("id", Id is null ? null : EncodeBytes(Convert.FromHexString(Id), "")),
        };
        var query = new (string Name, string? Value)[]
        {
            ("module-path", Encode(ModulePath, QueryCharacters)), ("module-name", Encode(ModuleName, QueryCharacters)),
            ("pin-source", Encode(Pin?.ToString(), QueryCharacters)), ("x-configuration", Encode(Configuration, QueryCharacters)),
        };
        var asked = Join(query, '&');
        return Scheme + Join(path, ';') + (asked.Length == 0 ? "" : "?" + asked);
    }

    /// <summary>Whether this names that token, whatever the key.</summary>
    public bool Matches(TokenInfo token) => Matches(Token, token.Label) && Matches(Manufacturer, token.Manufacturer) && Matches(Serial, token.Serial) && Matches(Model, token.Model);

    private static string? ReadPath(string path, ref Pkcs11Uri uri)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var attribute in path.Length == 0 ? [] : path.Split(';'))
        {
            if (!TryRead(attribute, PathCharacters, out var name, out var bytes))
                return $"The attribute '{name}' of the path is not name=value in the characters of RFC 7512 2.3.";
            if (!seen.Add(name))
                return $"The attribute '{name}' stands twice in the path.";
            if (name == "id")
            {
                uri = uri with { Id = Convert.ToHexStringLower(bytes) };
                continue;
            }

            if (!TryText(bytes, out var value))
                return $"The value of '{name}' is not UTF-8.";
            Pkcs11Uri? read = name switch
            {
                "token" => uri with { Token = value },
                "manufacturer" => uri with { Manufacturer = value },
                "serial" => uri with { Serial = value },
                "model" => uri with { Model = value },
                "object" => uri with { Object = value },
                "type" when value == "private" => uri,
                _ => null,
            };
            if (read is null)
                return name == "type" ? "A signing key has the type private." : $"No key is named by the attribute '{name}'.";
            uri = read;
        }

        return null;
    }

    private static string? ReadQuery(string query, ref Pkcs11Uri uri)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var attribute in query.Length == 0 ? [] : query.Split('&'))
        {
            if (!TryRead(attribute, QueryCharacters, out var name, out var bytes))
                return $"The attribute '{name}' of the query is not name=value in the characters of RFC 7512 2.3.";
            if (name == "pin-value")
                return "A PIN does not stand in a URI: use pin-source.";
            if (name is not ("pin-source" or "module-path" or "module-name" or "x-configuration"))
                continue;
            if (!seen.Add(name))
                return $"The attribute '{name}' stands twice in the query.";
            if (!TryText(bytes, out var value))
                return $"The value of '{name}' is not UTF-8.";
            if (name == "module-path" && !Path.IsPathFullyQualified(value))
                return "A module-path is absolute.";
            PinSource? pin = null;
            if (name == "pin-source" && !PinSource.TryParse(value, out pin))
                return "A pin-source is file:PATH, env:NAME or credential:NAME.";
            uri = name switch
            {
                "pin-source" => uri with { Pin = pin },
                "module-path" => uri with { ModulePath = value },
                "module-name" => uri with { ModuleName = value },
                _ => uri with { Configuration = value },
            };
        }

        return null;
    }

    // The name is given back also when the attribute is refused, as far as it is one.
    private static bool TryRead(string attribute, string allowed, out string name, out byte[] value)
    {
        var equals = attribute.IndexOf('=', StringComparison.Ordinal);
        name = equals < 0 ? attribute : attribute[..equals];
        value = [];
        if (equals <= 0 || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'))
        {
            name = "";
            return false;
        }

        var bytes = new List<byte>(attribute.Length - equals);
        for (var at = equals + 1; at < attribute.Length; at++)
        {
            var c = attribute[at];
            if (c == '%')
            {
                if (at + 2 >= attribute.Length || !char.IsAsciiHexDigit(attribute[at + 1]) || !char.IsAsciiHexDigit(attribute[at + 2]))
                    return false;
                bytes.Add(Convert.FromHexString(attribute.AsSpan(at + 1, 2))[0]);
                at += 2;
            }
            else if (IsUnreserved(c) || allowed.Contains(c, StringComparison.Ordinal))
            {
                bytes.Add((byte)c);
            }
            else
            {
                return false;
            }
        }

        value = [.. bytes];
        return true;
    }

    private static bool TryText(byte[] bytes, out string text)
    {
        try
        {
            text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes);
            return true;
        }
        catch (DecoderFallbackException)
        {
            text = "";
            return false;
        }
    }

    // RFC 3986 2.3.
    private static bool IsUnreserved(char c) => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_' or '~';

    private static bool Matches(string? wanted, string value) => wanted is null || string.Equals(wanted, value, StringComparison.Ordinal);

    private static string Join(IEnumerable<(string Name, string? Value)> attributes, char separator) =>
        string.Join(separator, attributes.Where(attribute => attribute.Value is not null).Select(attribute => $"{attribute.Name}={attribute.Value}"));

    private static string? Encode(string? text, string allowed) => text is null ? null : EncodeBytes(Encoding.UTF8.GetBytes(text), allowed);

    private static string EncodeBytes(ReadOnlySpan<byte> bytes, string allowed)
    {
        var text = new StringBuilder();
        foreach (var b in bytes)
        {
            var stands = b < 0x80 && (allowed.Length > 0 && (IsUnreserved((char)b) || allowed.Contains((char)b, StringComparison.Ordinal)));
            text.Append(stands ? ((char)b).ToString() : $"%{b:X2}");
        }

        return text.ToString();
    }
}
