using System.Globalization;
using System.Text;
using ELicense.Core;
using ELicense.Core.Log;
using ELicense.Core.Status;
using ELicense.Cryptography.Envelopes;
using ELicense.Cryptography.Keys;

namespace ELicense.Issuance.Publishing;

/// <summary>The license lists as the log says, and when each was signed. Lists are views of the log: nothing but its entries changes them.</summary>
internal sealed class StatusLists
{
    private readonly AuthoritySettings _settings;
    private readonly SortedDictionary<int, Published> _lists = [];

    public StatusLists(AuthoritySettings settings)
    {
        _settings = settings;
        // Also before the first license there is a list to ask.
        _lists.Add(settings.LicenseLists.First, new Published());
    }

    public void Apply(LogEntry entry)
    {
        if (!_lists.TryGetValue(entry.List, out var published))
            _lists.Add(entry.List, published = new Published());
        published.List[entry.Index] = entry.Standing;
        published.Changed = true;
    }

    /// <summary>Signs and writes the lists that changed, and those whose half of exp comes before the next round.</summary>
    public void Publish(PublicationFolder folder, SigningKey status, VerificationKey pinned, long logSize, DateTimeOffset now)
    {
        foreach (var (number, published) in _lists)
        {
            if (!published.Changed && now + _settings.CosignEvery < published.SignedAt + (_settings.StatusLifetime / 2))
                continue;
            Write(number, published.List, folder, status, pinned, logSize, now);
            published.SignedAt = now;
            published.Changed = false;
        }
    }

    private void Write(int number, StatusList list, PublicationFolder folder, SigningKey status, VerificationKey pinned, long logSize, DateTimeOffset now)
    {
        var name = number.ToString(CultureInfo.InvariantCulture);
        var seconds = now.ToUnixTimeSeconds();
        var token = new StatusListToken(
            $"{_settings.LicenseStatusBase}/{name}", seconds, seconds + (long)_settings.StatusLifetime.TotalSeconds, (long)_settings.StatusTimeToLive.TotalSeconds, logSize, list);
        var cwt = CoseSigning.Sign(status, StatusListToken.CwtType, token.EncodeCwtClaims());
        if (!Core.Tokens.CoseSign1.TryDecode(cwt, StatusListToken.MaxBytes, out var message, out var refusal) || !message.IsSignedBy(pinned))
            throw new PublicationRefusedException(new Refusal(Codes.SignatureWrong, $"Status list {name} does not verify under the pinned key {pinned.Kid}. {refusal.Detail}"));
        folder.Write($"status/licenses/{name}.cwt", cwt);
        folder.Write($"status/licenses/{name}.jwt", Encoding.ASCII.GetBytes(Jws.Sign(status, StatusListToken.JwtType, token.EncodeJwtClaims())));
    }

    private sealed class Published
    {
        public StatusList List { get; } = new(StatusList.LicenseListLength);

        public bool Changed { get; set; } = true;

        public DateTimeOffset SignedAt { get; set; } = DateTimeOffset.MinValue;
    }
}
