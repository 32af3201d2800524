using System.Reflection;
using ELicense.Web.Http;
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

    private static readonly Assembly Room = typeof(BrowserFiles).Assembly;

    public static Asset Verify { get; } = new(Room, "verify.js", ScriptType);

    /// <summary>Reads QR codes where the browser cannot; fetched when a camera or a picture is used.</summary>
    public static Asset Decoder { get; } = new(Room, "decoder.js", ScriptType, DecoderPolicy);

    public static Asset DecoderBinary { get; } = new(Room, "zxing_reader.wasm", "application/wasm");

    public static void Map(IEndpointRouteBuilder routes) => Asset.Map(routes, Verify, Decoder, DecoderBinary);
}
