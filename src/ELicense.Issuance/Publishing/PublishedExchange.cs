using ELicense.Cryptography.Envelopes;
using ELicense.Cryptography.Keys;
using ELicense.Issuance.BlackLists;
using ELicense.Verification.Publication;
using System.Text;

namespace ELicense.Issuance.Publishing;

/// <summary>The own black list for other authorities, exchange/black-list.jws: signed by the exchange key, anew when the list or the key of its marks has changed.</summary>
public sealed class PublishedExchange(AuthoritySettings settings, BlackList list, SigningKey exchange)
{
    private const string Path = "exchange/black-list.jws";

    private readonly PublicationFolder _folder = new(settings.PublicationFolder);
    private ExchangeFile? _published;

    /// <summary>One of two in the same second waits: readers take only a file that is newer.</summary>
    public void Publish()
    {
        _published ??= Read();
        var file = list.Export(settings.Origin);
        if (_published is null ? file.Entries.Count == 0 : IsSame(file, _published) || file.Issued <= _published.Issued)
            return;
        _folder.Write(Path, Encoding.ASCII.GetBytes(file.Sign(exchange)));
        _folder.Flush();
        _published = file;
    }

    private static bool IsSame(ExchangeFile file, ExchangeFile published) => file.PersonKey == published.PersonKey && file.Entries.SequenceEqual(published.Entries);

    /// <returns>Null when there is none that this key signed: then it is written anew.</returns>
    private ExchangeFile? Read() => _folder.Read(Path) is { } bytes && Jws.TryParse(bytes, ExchangeFile.MaxBytes, out var jws, out _) && jws.IsSignedBy(exchange.PublicKey)
        && ExchangeFile.TryDecodeJson(jws.Payload.Span, out var file, out _)
            ? file
            : null;
}
