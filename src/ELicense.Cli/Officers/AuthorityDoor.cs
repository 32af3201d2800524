using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using ELicense.Core;
using ELicense.Web.Http;
using ELicense.Web.Texts;

namespace ELicense.Cli.Officers;

/// <summary>The officers' door as an officer's program calls it (docs/authority.md). Owns the officer's certificate. What the door refuses is a CommandException with its code.</summary>
internal sealed class AuthorityDoor : IDisposable
{
    private readonly X509Certificate2 _officer;
    private readonly HttpClient _http;

    private AuthorityDoor(Uri authority, X509Certificate2 officer, X509Certificate2Collection? roots)
    {
        _officer = officer;
        var handler = new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false };
        handler.SslOptions.ClientCertificateContext = SslStreamCertificateContext.Create(officer, additionalCertificates: null, offline: true);
        if (roots is not null)
        {
            handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                DisableCertificateDownloads = true,
                RevocationMode = X509RevocationMode.NoCheck,
            };
            handler.SslOptions.CertificateChainPolicy.CustomTrustStore.AddRange(roots);
        }

        // An import answers when the whole register is read.
        _http = new HttpClient(handler) { BaseAddress = authority, Timeout = Timeout.InfiniteTimeSpan };
    }

    public static AuthorityDoor Open(Uri authority, string officerPem, string? rootPem)
    {
        X509Certificate2Collection? roots = null;
        if (rootPem is not null)
        {
            roots = [];
            Read(rootPem, "--ca wants certificates in PEM", file => roots.ImportFromPemFile(file));
            if (roots.Count == 0)
                throw new CommandException(Codes.OfficerPem, $"--ca: {rootPem} holds no certificate.", ExitCodes.Usage);
        }

        X509Certificate2 officer = null!;
        Read(
            officerPem, "--officer wants a certificate and its unencrypted key in PEM, which belong together", file => officer = X509Certificate2.CreateFromPemFile(file, file));
        return new AuthorityDoor(authority, officer, roots);
    }

    public Task<T> GetAsync<T>(string path, JsonTypeInfo<T> shape, CancellationToken cancellation) =>
        AskAsync(new HttpRequestMessage(HttpMethod.Get, path), shape, cancellation);

    public Task<T> PostAsync<T>(string path, HttpContent? body, JsonTypeInfo<T> shape, CancellationToken cancellation) =>
        AskAsync(new HttpRequestMessage(HttpMethod.Post, path) { Content = body }, shape, cancellation);

    /// <summary>A long answer, as it comes.</summary>
    /// <param name="accept">Its media type.</param>
    public async Task ReadAsync(string path, string accept, Func<Stream, Task> read, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(accept));
        using var response = await SendAsync(request, cancellation);
        await read(await response.Content.ReadAsStreamAsync(cancellation));
    }

    public void Dispose()
    {
        _http.Dispose();
        _officer.Dispose();
    }

    private async Task<T> AskAsync<T>(HttpRequestMessage request, JsonTypeInfo<T> shape, CancellationToken cancellation)
    {
        using (request)
        {
            using var response = await SendAsync(request, cancellation);
            try
            {
                return await response.Content.ReadFromJsonAsync(shape, cancellation) ?? throw Other(response);
            }
            catch (JsonException)
            {
                throw Other(response);
            }
        }
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        HttpResponseMessage response;
        try
        {
            response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
        }
        catch (HttpRequestException e) when (e.HttpRequestError == HttpRequestError.SecureConnectionError)
        {
            throw new CommandException(
                Codes.AuthorityUntrusted,
                $"{_http.BaseAddress} does not show a certificate that is trusted here, for this name: {e.InnerException?.Message ?? e.Message} Is --ca the authority's root?",
                ExitCodes.Failed);
        }
        catch (HttpRequestException e)
        {
            throw new AuthorityUnreachableException($"{_http.BaseAddress} does not answer: {e.Message}");
        }

        if (response.IsSuccessStatusCode)
            return response;
        using (response)
            throw await RefusedAsync(response, cancellation);
    }

    /// <summary>RFC 9457; what happened and what to do in both languages, then what was met.</summary>
    private async Task<CommandException> RefusedAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        if (response.Content.Headers.ContentType?.MediaType != Problem.ContentType)
            return Other(response);
        var problem = await response.Content.ReadFromJsonAsync(OfficersJson.Default.ProblemAnswer, cancellation);
        if (problem?.Code is not { } code)
            return Other(response);
        if (response.StatusCode == HttpStatusCode.ServiceUnavailable)
            return new AuthorityUnreachableException($"{problem.Reason ?? code}", code);
        string[] lines = [Problem.Sentence(Language.Chinese, code), Problem.Sentence(Language.English, code), problem.Reason ?? ""];
        return new CommandException(code, string.Join("\n  ", lines.Where(line => line.Length > 0)), ExitCodes.Failed);
    }

    private AuthorityUnreachableException Other(HttpResponseMessage response) =>
        new($"{_http.BaseAddress} answers {(int)response.StatusCode}, but not as an officers' door.");

    private static void Read(string file, string wanted, Action<string> read)
    {
        if (!File.Exists(file))
            throw new CommandException(Codes.FileMissing, $"There is no file {file}.", ExitCodes.Usage);
        try
        {
            read(file);
        }
        catch (CryptographicException e)
        {
            throw new CommandException(Codes.OfficerPem, $"{wanted}; {file}: {e.Message}", ExitCodes.Usage);
        }
    }
}

/// <summary>The authority, or what stands before it, does not answer now: it may a moment later.</summary>
internal sealed class AuthorityUnreachableException(string message, string code = Codes.AuthorityUnreachable) : CommandException(code, message, ExitCodes.Failed);
