using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace ELicense.Cli;

/// <summary>What <c>--json</c> prints: one object on stdout, with Chinese as it is.</summary>
internal static class JsonOutput
{
    public static void Print<T>(T value, JsonTypeInfo<T> shape)
    {
        using var stdout = Console.OpenStandardOutput();
        using (var writer = new Utf8JsonWriter(stdout, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
            JsonSerializer.Serialize(writer, value, shape);
        stdout.WriteByte((byte)'\n');
    }
}
