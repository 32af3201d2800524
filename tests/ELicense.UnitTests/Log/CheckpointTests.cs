using System.Text;
using ELicense.Core;
using ELicense.Core.Log;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace ELicense.UnitTests.Log;

public sealed class CheckpointTests
{
    // The example of C2SP tlog-checkpoint and tlog-cosignature.
    private const string Text = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";
    private const string EmptyRoot = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";

    private const string Cosigned = Text + "\n"
        + "— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
        + "— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n";

    [Fact]
    public void Reads_the_standards_checkpoint()
    {
        Assert.True(Checkpoint.TryParse(Text, out var checkpoint, out _));
        Assert.Equal(("example.com/behind-the-sofa", 20852163L), (checkpoint.Origin, checkpoint.Size));
    }

    [Fact]
    public void Writes_a_checkpoint_as_it_was_read()
    {
        Assert.True(Checkpoint.TryParse(Text, out var checkpoint, out _));
        Assert.Equal(Text, checkpoint.ToText());
    }

    [Fact]
    public void Reads_the_checkpoint_of_an_empty_log() => Assert.True(Checkpoint.TryParse("origin\n0\n" + EmptyRoot + "\n", out _, out _));

    [Theory]
    [InlineData("")]
    [InlineData("origin\n1\n")]
    [InlineData("origin\n1\n" + EmptyRoot)]
    [InlineData("origin\n1\n" + EmptyRoot + "\nextension\n")]
    [InlineData("\n1\n" + EmptyRoot + "\n")]
    [InlineData("an origin\n1\n" + EmptyRoot + "\n")]
    [InlineData("origin\n01\n" + EmptyRoot + "\n")]
    [InlineData("origin\n+1\n" + EmptyRoot + "\n")]
    [InlineData("origin\n-1\n" + EmptyRoot + "\n")]
    [InlineData("origin\n 1\n" + EmptyRoot + "\n")]
    [InlineData("origin\n１\n" + EmptyRoot + "\n")]
    [InlineData("origin\n9223372036854775808\n" + EmptyRoot + "\n")]
    [InlineData("origin\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFV=\n")]
    [InlineData("origin\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hS\n")]
    [InlineData("origin\n0\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n")]
    public void Refuses_what_is_not_a_checkpoint(string text)
    {
        Assert.False(Checkpoint.TryParse(text, out _, out var refusal));
        Assert.Equal(Codes.Malformed, refusal.Code);
    }

    [Fact]
    public void The_message_of_a_cosignature_is_two_lines_and_the_checkpoint() =>
        Assert.Equal("cosignature/v1\ntime 1679315147\n" + Text, Encoding.UTF8.GetString(CosignatureV1.Message(1679315147, Text)));

    [Fact]
    public void Reads_the_time_of_the_standards_cosignature()
    {
        Assert.True(SignedNote.TryParse(Encoding.UTF8.GetBytes(Cosigned), out var note, out _));
        Assert.True(CosignatureV1.TryDecode(note.Signatures[1].Bytes.Span, out var time, out _));
        Assert.Equal(1679315147, time);
    }

    [Fact]
    public void Writes_a_cosignature_as_it_was_read()
    {
        Assert.True(SignedNote.TryParse(Encoding.UTF8.GetBytes(Cosigned), out var note, out _));
        Assert.True(CosignatureV1.TryDecode(note.Signatures[1].Bytes.Span, out var time, out var signature));
        Assert.Equal(note.Signatures[1].Bytes.ToArray(), CosignatureV1.Encode(time, signature));
    }

    [Fact]
    public void Refuses_a_cosignature_of_other_length() => Assert.False(CosignatureV1.TryDecode(new byte[71], out _, out _));

    [Fact]
    public void Refuses_a_cosignature_of_a_time_beyond_the_standard() => Assert.False(CosignatureV1.TryDecode([0x80, .. new byte[71]], out _, out _));

    [Fact]
    public void A_mutated_checkpoint_is_refused_or_comes_back_the_same() =>
        Prop.ForAll<ushort, char>((position, value) =>
        {
            var text = Text.ToCharArray();
            text[position % text.Length] = value;
            return !Checkpoint.TryParse(new string(text), out var checkpoint, out _) || checkpoint.ToText() == new string(text);
        }).QuickCheckThrowOnFailure();
}
