using ELicense.Core;

namespace ELicense.Cryptography.Certificates;

/// <summary>Where certificates say that their standing can be asked: below one plain-HTTP address (RFC 5280 8: not https, whose certificate would need the same answer first).</summary>
public sealed class StatusAddresses
{
    private readonly string _base;

    /// <param name="publicAddress">Of the public zone. An https address is written as http, on its default port.</param>
    public StatusAddresses(Uri publicAddress)
    {
        if (!publicAddress.IsAbsoluteUri || publicAddress.Scheme is not ("http" or "https"))
            throw new ArgumentException($"{publicAddress} is no http or https address.", nameof(publicAddress));
        _base = publicAddress.Scheme == "http" ? publicAddress.GetLeftPart(UriPartial.Authority) : $"http://{publicAddress.IdnHost}";
    }

    public string Ocsp => $"{_base}/ocsp";

    /// <summary>The CA's certificate, DER (RFC 5280 4.2.2.1).</summary>
    public string CaCertificate(KeyId ca) => $"{_base}/publication/ca/{ca}.cer";

    /// <summary>The CRL of everything that the CA's key signed.</summary>
    public string CompleteList(KeyId ca) => $"{Lists(ca)}complete.crl";

    /// <summary>The CRL of one certificate list.</summary>
    public string Shard(KeyId ca, int list) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Lists(ca)}{list}.crl");

    /// <summary>What the address of every CRL of this key begins with.</summary>
    public string Lists(KeyId ca) => $"{_base}/publication/crl/{ca}/";
}
