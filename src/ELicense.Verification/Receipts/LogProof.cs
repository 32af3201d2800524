using System.Text;
using System.Text.Json;
using ELicense.Core.Log;

namespace ELicense.Verification.Receipts;

/// <summary>Log entries, and that they are in the tree of a signed checkpoint.</summary>
/// <param name="Checkpoint">The checkpoint as it was published: a signed note (C2SP), UTF-8.</param>
public sealed record LogProof(ReadOnlyMemory<byte> Checkpoint, IReadOnlyList<InclusionProof> Entries)
{
    /// <summary>The member "log" into an object that is open: checkpoint as text, entries and hashes in base64.</summary>
    public void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject("log"u8);
        writer.WriteString("checkpoint"u8, Encoding.UTF8.GetString(Checkpoint.Span));
        writer.WriteStartArray("entries"u8);
        foreach (var proof in Entries)
        {
            writer.WriteStartObject();
            writer.WriteNumber("position"u8, proof.Position);
            writer.WriteBase64String("entry"u8, proof.Entry.Span);
            writer.WriteStartArray("path"u8);
            foreach (var hash in proof.Path)
                writer.WriteBase64StringValue(hash.Span);
            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
