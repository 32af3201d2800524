using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using ELicense.Core;
using ELicense.Core.Log;
using ELicense.Core.Tokens;

namespace ELicense.Benchmarks.Load;

/// <summary>A real verifier in a process of its own over a generated publication, and the licenses in it. Calls with the key have its limits, others those of the address they come from.</summary>
internal sealed class LoadTarget : IDisposable
{
    /// <summary>Each has limits of its own.</summary>
    private static readonly string[] Keys = ["load-0", "load-1", "load-2", "load-3"];

    private readonly string _folder;

    private LoadTarget(string folder, ServedElicense served, string[] artefacts) => (_folder, Served, Artefacts) = (folder, served, artefacts);

    public ServedElicense Served { get; }

    public string Publication => Path.Combine(_folder, "publication");

    /// <summary>A token each, base64.</summary>
    public string[] Artefacts { get; }

    public static async Task<LoadTarget> StartAsync(int licenses, int portBase)
    {
        var folder = Directory.CreateTempSubdirectory("elicense-load-").FullName;
        if (GeneratedPublication.Run([licenses.ToString(System.Globalization.CultureInfo.InvariantCulture), folder, "--packs"]) != 0)
            throw new InvalidOperationException("No publication was made.");
        var publication = Path.Combine(folder, "publication");
        string[] artefacts = [.. TokensIn(publication).Select(Convert.ToBase64String)];
        var configuration = Path.Combine(folder, "configuration.json");
        await File.WriteAllTextAsync(configuration, $$"""{"apiKeys":[{{string.Join(',', Keys.Select(key => $$$"""{"name":"{{{key}}}","sha256":"{{{Digest.Of(Encoding.UTF8.GetBytes(key))}}}"}"""))}}]}""");
        var anchor = (await File.ReadAllTextAsync(Path.Combine(folder, "anchor.txt"))).Trim();
        var served = await ServedElicense.StartAsync(
            "public", Path.Combine(folder, "verifier"), portBase, "--publication", publication, "--trust", anchor, "--config", configuration);
        return new LoadTarget(folder, served, artefacts);
    }

    /// <summary>A client whose connections come from an address of its own.</summary>
    /// <param name="key">Number of an API key; null: it has none.</param>
    public static HttpClient Client(Uri target, string from, int? key)
    {
        var client = new HttpClient(new SocketsHttpHandler { ConnectCallback = (context, cancellation) => ConnectAsync(from, context.DnsEndPoint.Port, cancellation) })
        {
            BaseAddress = target,
            Timeout = TimeSpan.FromMinutes(2),
        };
        if (key is { } number)
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Keys[number % Keys.Length]);
        return client;
    }

    /// <summary>Bound to that address and not yet connected.</summary>
    public static Socket SocketFrom(string from)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Bind(new IPEndPoint(IPAddress.Parse(from), 0));
        return socket;
    }

    public void Dispose()
    {
        Served.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static async ValueTask<Stream> ConnectAsync(string from, int port, CancellationToken cancellation)
    {
        var socket = SocketFrom(from);
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, port, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>The licenses' tokens in the packs of a publication.</summary>
    public static IEnumerable<byte[]> TokensIn(string publication)
    {
        foreach (var pack in Directory.EnumerateFiles(Path.Combine(publication, "documents"), "*", SearchOption.AllDirectories))
        {
            if (!DocumentPack.TryDecode(File.ReadAllBytes(pack), out var read, out var refusal))
                throw new InvalidOperationException($"{pack}: {refusal}");
            foreach (var file in read.Files)
            {
                if (file is { } bytes && LicenseFile.TryDecode(bytes, out var license, out _))
                    yield return license.Token.ToArray();
            }
        }
    }
}
