using System.Text.Json;

namespace ELicense.Cli.Demo;

/// <summary>A platform that calls the verification API.</summary>
internal sealed class VerificationCalls(Uri address) : IDisposable
{
    private readonly HttpClient _client = new() { BaseAddress = address };

    public async Task<JsonElement> VerifyAsync(string artefact, CancellationToken cancellation)
    {
        using var response = await _client.PostAsJsonAsync("/api/v1/verifications", new Dictionary<string, string> { ["artefact"] = artefact }, cancellation);
        response.EnsureSuccessStatusCode();
        return await response.Content.ReadFromJsonAsync<JsonElement>(cancellation);
    }

    public void Dispose() => _client.Dispose();
}
