using ELicense.Core;
using ELicense.Core.Log;
using ELicense.Core.Status;
using ELicense.Cryptography.Envelopes;
using ELicense.Cryptography.Keys;
using ELicense.Verification.Publication;
using System.Globalization;
using System.Text;

namespace ELicense.Issuance.Publishing;

/// <summary>One of the two index spaces: that of license versions, or that of certificates.</summary>
/// <param name="Folder">Below status/.</param>
/// <param name="Address">Of list 7 it is this, a slash and 7.</param>
/// <param name="Length">Entries of a list.</param>
/// <param name="First">The first list.</param>
internal sealed record StatusSpace(string Folder, string Address, int Length, int First);

/// <summary>The lists of a space as the log says, and when each was signed. Lists are views of the log: nothing but its entries changes them.</summary>
internal sealed class StatusLists
{
    private readonly AuthoritySettings _settings;
    private readonly StatusSpace _space;
    private readonly SortedDictionary<int, Published> _lists = [];

    public StatusLists(AuthoritySettings settings, StatusSpace space)
    {
        (_settings, _space) = (settings, space);
        // Also before the first issuance there is a list to ask.
        _lists.Add(space.First, new Published(space.Length));
    }

    public void Apply(LogEntry entry)
    {
        if (!_lists.TryGetValue(entry.List, out var published))
            _lists.Add(entry.List, published = new Published(_space.Length));
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
            $"{_space.Address}/{name}", seconds, seconds + (long)_settings.StatusLifetime.TotalSeconds, (long)_settings.StatusTimeToLive.TotalSeconds, logSize, list);
        var cwt = CoseSigning.Sign(status, StatusListToken.CwtType, token.EncodeCwtClaims());
        if (!Core.Tokens.CoseSign1.TryDecode(cwt, StatusListToken.MaxBytes, out var message, out var refusal) || !message.IsSignedBy(pinned))
            throw new PublicationRefusedException(new Refusal(Codes.SignatureWrong, $"Status list {name} does not verify under the pinned key {pinned.Kid}. {refusal.Detail}"));
        folder.Write($"status/{_space.Folder}/{name}.cwt", cwt);
        folder.Write($"status/{_space.Folder}/{name}.jwt", Encoding.ASCII.GetBytes(Jws.Sign(status, StatusListToken.JwtType, token.EncodeJwtClaims())));
    }

    private sealed class Published(int length)
    {
        public StatusList List { get; } = new(length);

        public bool Changed { get; set; } = true;

        public DateTimeOffset SignedAt { get; set; } = DateTimeOffset.MinValue;
    }
}
