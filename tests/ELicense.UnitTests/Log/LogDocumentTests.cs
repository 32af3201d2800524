using System.Text;
using ELicense.Core.Log;
using ELicense.Cryptography.Envelopes;
using ELicense.Cryptography.Keys;
using ELicense.UnitTests.Docs;
using Xunit;

namespace ELicense.UnitTests.Log;

public sealed class LogDocumentTests
{
    private static readonly byte[] LogPublicKey = Convert.FromHexString("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
    private static readonly byte[] ClockPublicKey = Convert.FromHexString("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");

    private static MerkleFrontier Frontier()
    {
        var frontier = new MerkleFrontier();
        foreach (var entry in LogExamples.Three)
            frontier.Append(MerkleTree.Leaf(entry.Encode()));
        return frontier;
    }

    private static SignedNote Note()
    {
        Assert.True(SignedNote.TryParse(Encoding.UTF8.GetBytes(FormatsDocument.Example("log-checkpoint")), out var note, out _));
        return note;
    }

    // RFC 8410 4: the SubjectPublicKeyInfo of an Ed25519 key is this and the 32 bytes.
    private static VerificationKey Import(byte[] publicKey)
    {
        Assert.True(VerificationKey.TryImport([.. Convert.FromHexString("302a300506032b6570032100"), .. publicKey], out var key, out _));
        return key;
    }

    [Fact]
    public void An_issued_license_is_as_documented() =>
        Assert.Equal(FormatsDocument.Bytes("log-entry-license-issued"), LogExamples.LicenseIssued.Encode());

    [Fact]
    public void A_suspended_license_is_as_documented() =>
        Assert.Equal(FormatsDocument.Bytes("log-entry-license-status"), LogExamples.LicenseSuspended.Encode());

    [Fact]
    public void An_issued_certificate_is_as_documented() =>
        Assert.Equal(FormatsDocument.Bytes("log-entry-certificate-issued"), LogExamples.CertificateIssued.Encode());

    [Fact]
    public void An_entry_bundle_is_as_documented() =>
        Assert.Equal(
            FormatsDocument.Bytes("log-entry-bundle"),
            EntryBundle.Encode([.. LogExamples.Three.Select(entry => (ReadOnlyMemory<byte>)entry.Encode())]));

    [Fact]
    public void A_tile_of_leaves_is_as_documented() =>
        Assert.Equal(FormatsDocument.Bytes("log-hash-tile"), LogExamples.Three.SelectMany(entry => MerkleTree.Leaf(entry.Encode()).ToArray()));

    [Fact]
    public void A_frontier_is_as_documented() => Assert.Equal(FormatsDocument.Bytes("log-frontier"), Frontier().Encode());

    [Fact]
    public void A_checkpoints_text_is_as_documented() =>
        Assert.Equal(Note().Text, new Checkpoint("gs.example.cn/log", 3, Frontier().Root).ToText());

    [Fact]
    public void A_checkpoints_note_is_written_as_documented() => Assert.Equal(FormatsDocument.Example("log-checkpoint"), Note().ToString());

    [Fact]
    public void The_verifier_keys_are_as_documented() =>
        Assert.Equal(
            FormatsDocument.Example("log-vkey"),
            new NoteKey("gs.example.cn/log", NoteKeyType.Ed25519, LogPublicKey) + "\n"
            + new NoteKey("gs.example.cn/log", NoteKeyType.CosignatureV1, ClockPublicKey) + "\n");

    [Fact]
    public void The_documented_signatures_are_under_the_documented_keys() =>
        Assert.Equal([0xbe1cacf3u, 0x8dd389b5u], Note().Signatures.Select(signature => signature.KeyId));

    [Fact]
    public void The_documented_cosignature_states_its_time()
    {
        Assert.True(CosignatureV1.TryDecode(Note().Signatures[1].Bytes.Span, out var time, out _));
        Assert.Equal(new DateTimeOffset(2026, 1, 1, 0, 2, 0, TimeSpan.Zero).ToUnixTimeSeconds(), time);
    }

    [Fact]
    public void The_documented_checkpoint_opens_with_the_documented_keys() =>
        Assert.True(CheckpointSigning.TryOpen(
            Encoding.UTF8.GetBytes(FormatsDocument.Example("log-checkpoint")), "gs.example.cn/log", [Import(LogPublicKey)], [Import(ClockPublicKey)], out _, out _, out _));

    [Fact]
    public void A_document_pack_is_as_documented() =>
        Assert.Equal(FormatsDocument.Bytes("log-document-pack"), new DocumentPack(3, [new byte[] { 1, 2, 3 }, null, null]).Encode());
}
