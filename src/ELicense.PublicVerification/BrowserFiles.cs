using System.Reflection;
using System.Text;
using ELicense.Web.Http;
using ELicense.Web.Limits;
using ELicense.Web.Texts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace ELicense.PublicVerification;

/// <summary>The scripts of the verify page (Browser/), each served from here alone. Pages work without them.</summary>
internal static class BrowserFiles
{
    /// <summary>Of pages with scripts: our own files, and nothing that is written into the page.</summary>
    public const string PagePolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; worker-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

    private const string ScriptType = "text/javascript; charset=utf-8";

    // The worker alone may run WebAssembly; it reads pixels and nothing of the page.
    private const string DecoderPolicy = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'";

    private const string WorkerPolicy = "default-src 'none'; script-src 'self'; connect-src 'self'";

    private static readonly Assembly Room = typeof(BrowserFiles).Assembly;

    public static Asset Verify { get; } = new(Room, "verify.js", ScriptType);

    /// <summary>Reads QR codes where the browser cannot; fetched when a camera or a picture is used.</summary>
    public static Asset Decoder { get; } = new(Room, "decoder.js", ScriptType, DecoderPolicy);

    public static Asset DecoderBinary { get; } = new(Room, "zxing_reader.wasm", "application/wasm");

    /// <summary>Judges without a network.</summary>
    public static Asset Offline { get; } = new(Room, "offline.js", ScriptType);

    // The worker begins with what it keeps; a build with anything else makes another worker, which the browser takes in place of the former one.
    private static byte[] Worker { get; } =
    [
        .. Encoding.UTF8.GetBytes(
            $"const offlineFiles={{version:\"{Room.ManifestModule.ModuleVersionId:N}\",assets:{List([Asset.Style.Path, Asset.Seal.Path, Verify.Path, Offline.Path])},pages:{List(Language.All.Select(OfflinePage))}}};"),
        .. Asset.Read(Room, "worker.js"),
    ];

    /// <summary>Address of the page that stands in for all others without a network.</summary>
    public static string OfflinePage(Language language) => "/offline/" + language.ShortName;

    // Paths of ours have no character that JavaScript would read otherwise.
    private static string List(IEnumerable<string> paths) => "[" + string.Join(',', paths.Select(path => $"\"{path}\"")) + "]";

    public static void Map(IEndpointRouteBuilder routes)
    {
        Asset.Map(routes, Verify, Offline, Decoder, DecoderBinary);
        routes.MapMethods("/sw.js", ["GET", "HEAD"], (HttpContext context) =>
        {
            context.Response.Headers.ContentSecurityPolicy = WorkerPolicy;
            return new TaggedContent(Worker, ScriptType, "no-cache");
        }).WithMetadata(WorkPrice.Kept).ExcludeFromDescription();
    }
}
