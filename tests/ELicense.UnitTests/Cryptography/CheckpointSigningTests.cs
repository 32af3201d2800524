using System.Text;
using ELicense.Core;
using ELicense.Core.Log;
using ELicense.Cryptography.Envelopes;
using ELicense.Cryptography.Keys;
using Xunit;

namespace ELicense.UnitTests.Cryptography;

public sealed class CheckpointSigningTests
{
    private const string Origin = "gs.example.cn/elicense";

    // Put together in Python by C2SP signed-note and tlog-cosignature, signed by openssl pkeyutl with the keys of RFC 8032 7.1 tests 1 (log) and 2 (clock).
    private const string LogLine = "— gs.example.cn/elicense NwObH+/xRdn2XKDXYWuqYskOx5rt9mnLJhirlqPbPQWZBGOpiJ/JCJ6w+Ms8h2VDoMLxoLQMrHv94odp1/Av+/WpHAc=\n";

    private const string ClockLine =
        "— gs.example.cn/elicense UeDTWAAAAABrAjCAcOcUZRZeFNTvC5eItGv/c8EMEZbl6yZcF9hb8Y6XK5Rt+78886zqcotjHiNJjmB9wKH/XocNvgsdElpNNN/uDg==\n";

    private const string Text = "gs.example.cn/elicense\n3\nSBNJTRN+FjG7owHVrKtue7eqdM4RhdRWVl71HXN2d7I=\n";

    // A signature line that no key of ours has to do with.
    private const string StrangersLine = "— witness.example/w AAAAAQ0NDQ0NDQ0NDQ0NDQ0NDQ0NDQ0NDQ0NDQ0NDQ0NDQ0NDQ0NDQ0NDQ0NDQ0NDQ0NDQ0NDQ0NDQ0NDQ0NDQ0NDQ0=\n";

    private static readonly DateTimeOffset Now = new(2026, 11, 22, 0, 0, 0, TimeSpan.Zero);

    private readonly SoftwareSigningKey _log = Key("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60");
    private readonly SoftwareSigningKey _clock = Key("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb");

    [Fact]
    public void Signs_as_another_program_does()
    {
        Assert.True(Digest.TryParseHex("4813494d137e1631bba301d5acab6e7bb7aa74ce1185d456565ef51d737677b2", out var root));

        var note = CheckpointSigning.Sign(new Checkpoint(Origin, 3, root), _log, _clock, Now);

        Assert.Equal(Text + "\n" + LogLine + ClockLine, note.ToString());
    }

    [Fact]
    public void Opens_what_another_program_signed()
    {
        Assert.True(TryOpen(Text + "\n" + LogLine + ClockLine, out var checkpoint, out var time, out _));

        Assert.Equal(3, checkpoint!.Size);
        Assert.Equal("4813494d137e1631bba301d5acab6e7bb7aa74ce1185d456565ef51d737677b2", checkpoint.Root.ToString());
        Assert.Equal(Now, time);
    }

    [Fact]
    public void The_order_of_signatures_and_those_of_strangers_do_not_matter() =>
        Assert.True(TryOpen(Text + "\n" + ClockLine + StrangersLine + LogLine, out _, out _, out _));

    [Theory]
    [InlineData("no clock", Text + "\n" + LogLine)]
    [InlineData("no log", Text + "\n" + ClockLine)]
    [InlineData("log twice", Text + "\n" + LogLine + LogLine + ClockLine)]
    [InlineData("clock twice", Text + "\n" + LogLine + ClockLine + ClockLine)]
    [InlineData("another size", "gs.example.cn/elicense\n4\nSBNJTRN+FjG7owHVrKtue7eqdM4RhdRWVl71HXN2d7I=\n\n" + LogLine + ClockLine)]
    public void Refuses_a_note_without_exactly_one_right_signature_of_each_key(string reason, string note)
    {
        Assert.False(TryOpen(note, out var checkpoint, out _, out var refusal), reason);
        Assert.Null(checkpoint);
        Assert.Equal("checkpoint-signature", refusal.Code);
    }

    [Fact]
    public void Refuses_a_checkpoint_of_another_origin()
    {
        var note = Encoding.UTF8.GetBytes(Text + "\n" + LogLine + ClockLine);

        Assert.False(CheckpointSigning.TryOpen(note, "xz.example.cn/elicense", [_log.PublicKey], [_clock.PublicKey], out _, out _, out var refusal));
        Assert.Equal("checkpoint-signature", refusal.Code);
    }

    [Fact]
    public void Refuses_the_clock_keys_time_under_another_time()
    {
        // The second of the signed time, raised by one: base64 …rAjCA… is 6b023080.
        var moved = ClockLine.Replace("BrAjCA", "BrAjCB", StringComparison.Ordinal);

        Assert.False(TryOpen(Text + "\n" + LogLine + moved, out _, out _, out var refusal));
        Assert.Equal("checkpoint-signature", refusal.Code);
    }

    [Fact]
    public void A_new_cosignature_takes_the_place_of_the_old_one()
    {
        Assert.True(SignedNote.TryParse(Encoding.UTF8.GetBytes(Text + "\n" + LogLine + StrangersLine + ClockLine), out var note, out _));

        var later = CheckpointSigning.Cosign(note, _clock, Origin, Now.AddMinutes(1)).ToString();

        Assert.StartsWith(Text + "\n" + LogLine + StrangersLine, later, StringComparison.Ordinal);
        Assert.True(TryOpen(later, out _, out var time, out _));
        Assert.Equal(Now.AddMinutes(1), time);
    }

    [Fact]
    public void Only_Ed25519_signs_checkpoints()
    {
        using var key = SoftwareSigningKey.Generate(Suite.Es256);

        Assert.Throws<ArgumentException>(() => CheckpointSigning.LogKey(Origin, key.PublicKey));
    }

    private bool TryOpen(string note, out Checkpoint? checkpoint, out DateTimeOffset time, out Refusal refusal) =>
        CheckpointSigning.TryOpen(Encoding.UTF8.GetBytes(note), Origin, [_log.PublicKey], [_clock.PublicKey], out checkpoint, out time, out refusal);

    private static SoftwareSigningKey Key(string seed) => SoftwareSigningKey.FromPkcs8(Convert.FromHexString("302e020100300506032b657004220420" + seed));
}
