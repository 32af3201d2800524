using System.Formats.Asn1;

namespace ELicense.Cryptography.Certificates;

/// <summary>An attribute of a name.</summary>
/// <param name="Encoding">UTF8String or PrintableString for what we make; others occur in foreign names.</param>
public sealed record NameAttribute(string Oid, UniversalTagNumber Encoding, string Value);

/// <summary>A distinguished name (RFC 5280 4.1.2.4), read from its DER.</summary>
public sealed class DecodedName
{
    private const int MaxAttributes = 16;

    private DecodedName(ReadOnlyMemory<byte> der, IReadOnlyList<NameAttribute> attributes) => (Der, Attributes) = (der, attributes);

    public ReadOnlyMemory<byte> Der { get; }

    /// <summary>In the order of the encoding, one an RDN.</summary>
    public IReadOnlyList<NameAttribute> Attributes { get; }

    /// <summary>The value of the only attribute of this type; null when there is none, or several.</summary>
    public string? Find(string oid)
    {
        var found = Attributes.Where(attribute => attribute.Oid == oid).ToList();
        return found is [var only] ? only.Value : null;
    }

    /// <exception cref="AsnContentException">Not a Name, an RDN of several values, a value that is no string, or more than 16 attributes.</exception>
    internal static DecodedName Read(ReadOnlyMemory<byte> der)
    {
        var attributes = new List<NameAttribute>();
        var outer = new AsnReader(der, AsnEncodingRules.DER);
        var sequence = outer.ReadSequence();
        outer.ThrowIfNotEmpty();
        while (sequence.HasData)
        {
            var set = sequence.ReadSetOf();
            var pair = set.ReadSequence();
            set.ThrowIfNotEmpty();
            var oid = pair.ReadObjectIdentifier();
            var tag = pair.PeekTag();
            if (tag.TagClass != TagClass.Universal || attributes.Count == MaxAttributes)
                throw new AsnContentException();
            var encoding = (UniversalTagNumber)tag.TagValue;
            attributes.Add(new NameAttribute(oid, encoding, ReadString(pair, encoding)));
            pair.ThrowIfNotEmpty();
        }

        return new DecodedName(der, attributes);
    }

    // RFC 5280 A.1: DirectoryString, and IA5String for domain components and mail addresses.
    private static string ReadString(AsnReader reader, UniversalTagNumber encoding) => encoding is
        UniversalTagNumber.UTF8String or UniversalTagNumber.PrintableString or UniversalTagNumber.IA5String or UniversalTagNumber.BMPString or UniversalTagNumber.T61String
        ? reader.ReadCharacterString(encoding)
        : throw new AsnContentException();
}
