using System.Text;
using ELicense.Core;
using ELicense.Core.Log;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace ELicense.UnitTests.Log;

public sealed class SignedNoteTests
{
    // The examples of C2SP signed-note.
    private const string Vkey = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
    private const string Signature = "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=";
    private const string Note = "This is an example message.\n\n— example.com/foo " + Signature + "\n";

    private const string Poem =
        "Ognuno sta solo sul cuor della terra\ntrafitto da un raggio di sole:\n\ned è subito sera.\n\n"
        + "— quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=\n";

    [Fact]
    public void Reads_the_standards_verifier_key()
    {
        Assert.True(NoteKey.TryParse(Vkey, out var key, out _));
        Assert.Equal(("example.com/foo", NoteKeyType.Ed25519, 0x530d903au), (key.Name, key.Type, key.KeyId));
    }

    [Fact]
    public void Writes_a_verifier_key_as_it_was_read()
    {
        Assert.True(NoteKey.TryParse(Vkey, out var key, out _));
        Assert.Equal(Vkey, key.ToString());
    }

    [Fact]
    public void The_type_is_part_of_the_key_id()
    {
        // printf 'example.com/clock\n\x04<RFC 8032 7.1 test 2 public key>' | sha256sum
        var key = new NoteKey("example.com/clock", NoteKeyType.CosignatureV1, Convert.FromHexString("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"));
        Assert.Equal(0x708428e9u, key.KeyId);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("example.com/foo")]
    [InlineData("example.com/foo+530d903b+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k")]
    [InlineData("example.com/foo+530D903A+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k")]
    [InlineData("example.com/bar+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k")]
    [InlineData("+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k")]
    [InlineData("example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k ")]
    [InlineData("example.com/foo+530d903a+AukyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k")]
    [InlineData("example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv")]
    public void Refuses_what_is_not_a_verifier_key(string? vkey)
    {
        Assert.False(NoteKey.TryParse(vkey, out _, out var refusal));
        Assert.Equal(Codes.Malformed, refusal.Code);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("a\u00a0b")]
    [InlineData("a\u2003b")]
    [InlineData("a+b")]
    [InlineData("a\nb")]
    [InlineData("a\ud800b")]
    public void A_key_has_no_name_that_a_line_cannot_carry(string name) =>
        Assert.Throws<ArgumentException>(() => new NoteKey(name, NoteKeyType.Ed25519, new byte[32]));

    [Fact]
    public void Reads_the_standards_note()
    {
        Assert.True(SignedNote.TryParse(Encoding.UTF8.GetBytes(Note), out var note, out _));
        var signature = Assert.Single(note.Signatures);
        Assert.Equal(("This is an example message.\n", "example.com/foo", 0x530d903au, 64), (note.Text, signature.Name, signature.KeyId, signature.Bytes.Length));
    }

    [Fact]
    public void The_last_empty_line_ends_the_text()
    {
        Assert.True(SignedNote.TryParse(Encoding.UTF8.GetBytes(Poem), out var note, out _));
        Assert.EndsWith("\n\ned è subito sera.\n", note.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Note)]
    [InlineData(Poem)]
    public void Writes_a_note_as_it_was_read(string text)
    {
        Assert.True(SignedNote.TryParse(Encoding.UTF8.GetBytes(text), out var note, out _));
        Assert.Equal(text, note.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("text\n")]
    [InlineData("text\n\n")]
    [InlineData("text\n— example.com/foo " + Signature + "\n")]
    [InlineData("text\n\n— example.com/foo " + Signature)]
    [InlineData("text\n\n- example.com/foo " + Signature + "\n")]
    [InlineData("text\n\n—example.com/foo " + Signature + "\n")]
    [InlineData("text\n\n— example.com/foo\n")]
    [InlineData("text\n\n—  " + Signature + "\n")]
    [InlineData("text\n\n— example+com " + Signature + "\n")]
    [InlineData("text\n\n— example.com/foo  " + Signature + "\n")]
    [InlineData("text\n\n— example.com/foo " + Signature + " \n")]
    [InlineData("text\n\n— example.com/foo " + Signature + "\r\n")]
    [InlineData("te\txt\n\n— example.com/foo " + Signature + "\n")]
    [InlineData("te\0xt\n\n— example.com/foo " + Signature + "\n")]
    [InlineData("text\n\n— example.com/foo Uw2QOg==\n")]
    [InlineData("text\n\n— example.com/foo Uw2QOkn=\n")]
    [InlineData("text\n\n— example.com/foo " + Signature + "\njunk\n")]
    public void Refuses_what_is_not_a_note(string text)
    {
        Assert.False(SignedNote.TryParse(Encoding.UTF8.GetBytes(text), out _, out var refusal));
        Assert.Equal(Codes.Malformed, refusal.Code);
    }

    [Fact]
    public void Refuses_a_note_that_is_not_UTF_8()
    {
        byte[] bytes = [0xff, .. Encoding.UTF8.GetBytes(Note)];
        Assert.False(SignedNote.TryParse(bytes, out _, out _));
    }

    [Fact]
    public void Accepts_sixteen_signatures_as_the_standard_asks()
    {
        var text = "text\n\n" + string.Concat(Enumerable.Repeat("— example.com/foo " + Signature + "\n", 16));
        Assert.True(SignedNote.TryParse(Encoding.UTF8.GetBytes(text), out _, out _));
    }

    [Theory]
    [InlineData(65, 0)]
    [InlineData(1, 64 * 1024)]
    public void Refuses_a_note_beyond_the_bounds(int signatures, int textLength)
    {
        var text = new string('a', textLength) + "\n\n" + string.Concat(Enumerable.Repeat("— example.com/foo " + Signature + "\n", signatures));
        Assert.False(SignedNote.TryParse(Encoding.UTF8.GetBytes(text), out _, out var refusal));
        Assert.Equal(Codes.TooLarge, refusal.Code);
    }

    [Fact]
    public void A_mutated_note_is_refused_or_comes_back_the_same() =>
        Prop.ForAll<ushort, byte>((position, value) =>
        {
            var bytes = Encoding.UTF8.GetBytes(Poem);
            bytes[position % bytes.Length] = value;
            return !SignedNote.TryParse(bytes, out var note, out _) || Encoding.UTF8.GetBytes(note.ToString()).SequenceEqual(bytes);
        }).QuickCheckThrowOnFailure();
}
