using System.Globalization;
using System.Text.RegularExpressions;
using ELicense.Core;
using ELicense.Web.Http;
using ELicense.Web.Limits;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;
using Microsoft.Net.Http.Headers;

namespace ELicense.PublicVerification;

/// <summary>Serves the publication's folder, read-only: what a static web server would do, with types and cache times of each kind of file.</summary>
internal static partial class PublicationFiles
{
    private const string Immutable = "public, max-age=31536000, immutable";
    private const string Short = "public, max-age=60";
    private const string Fresh = "public, no-cache";

    public static void Map(IEndpointRouteBuilder routes, string folder)
    {
        var root = Path.GetFullPath(folder);
        var watch = new CheckpointWatch(root);
        routes.MapMethods("/publication/{**path}", ["GET", "HEAD"], (string? path, HttpContext context) => Serve(root, path ?? "", context))
            .WithTags("Publication").WithMetadata(WorkPrice.Kept).WithName("publication").WithSummary("A file of the signed publication.");
        routes.MapMethods(
            "/publication/log/checkpoint", ["GET", "HEAD"],
            (string? after, HttpContext context, IHostApplicationLifetime lifetime) => ServeCheckpoint(root, after, watch, context, lifetime.ApplicationStopping))
            .WithTags("Publication").WithMetadata(WorkPrice.Kept).WithName("checkpoint").WithSummary("The log's checkpoint; with after=SIZE when it is larger, or after 20 seconds.");
    }

    private static async Task<IResult> ServeCheckpoint(string root, string? after, CheckpointWatch watch, HttpContext context, CancellationToken stopping)
    {
        if (after is not null)
        {
            if (!long.TryParse(after, NumberStyles.None, CultureInfo.InvariantCulture, out var size))
                return Problem.Of(StatusCodes.Status400BadRequest, Codes.Malformed, "after is a log size.");
            await watch.WaitBeyondAsync(size, ClientNetwork.Of(context.Connection.RemoteIpAddress), stopping, context.RequestAborted);
        }

        return Serve(root, "log/checkpoint", context);
    }

    private static IResult Serve(string root, string path, HttpContext context)
    {
        // Names begin with a letter or digit: no dot files, no "..", no half-written files beside the real ones.
        if (!PublishedPath().IsMatch(path))
            return Problem.Of(StatusCodes.Status404NotFound, Codes.NotFound);
        FileStream stream;
        try
        {
            // Neither a link, which may lead out of the folder, nor a pipe, which would be opened for ever: that has no length, as no published file has.
            if (HasLink(root, path) || new FileInfo(Path.Combine(root, path)) is { Exists: true, Length: 0 })
                return Problem.Of(StatusCodes.Status404NotFound, Codes.NotFound);
            // Every file is replaced by rename: an open one stays whole.
            stream = new FileStream(Path.Combine(root, path), new FileStreamOptions { Share = FileShare.ReadWrite | FileShare.Delete, Options = FileOptions.Asynchronous });
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException or PathTooLongException or UnauthorizedAccessException)
        {
            return Problem.Of(StatusCodes.Status404NotFound, Codes.NotFound);
        }

        var (contentType, cache) = KindOf(path);
        context.Response.Headers.CacheControl = cache;
        context.Response.Headers.AccessControlAllowOrigin = "*";
        context.Response.Headers["Cross-Origin-Resource-Policy"] = "cross-origin";
        var changed = new DateTimeOffset(File.GetLastWriteTimeUtc(stream.SafeFileHandle));
        var tag = new EntityTagHeaderValue($"\"{changed.Ticks:x}-{stream.Length:x}\"");
        return Results.Stream(stream, contentType, entityTag: tag, lastModified: changed);
    }

    /// <summary>A folder that came on a disk, or by rsync, may hold links to anything; the root itself may be one.</summary>
    private static bool HasLink(string root, string path)
    {
        for (var name = path; name.Length > 0; name = Path.GetDirectoryName(name)!)
        {
            if (new FileInfo(Path.Combine(root, name)).LinkTarget is not null)
                return true;
        }

        return false;
    }

    private static (string ContentType, string Cache) KindOf(string path) => path switch
    {
        "log/checkpoint" => ("text/plain; charset=utf-8", Fresh),
        "log/vkey" => ("text/plain; charset=utf-8", Short),
        _ when path.StartsWith("log/tile/", StringComparison.Ordinal) => ("application/octet-stream", Immutable),
        // trust/<version>.jws; others, as exchange/black-list.jws, are replaced.
        _ when path.EndsWith(".jws", StringComparison.Ordinal) => ("application/jose", TrustVersion().IsMatch(path) ? Immutable : Short),
        _ when path.EndsWith(".cwt", StringComparison.Ordinal) => ("application/statuslist+cwt", Fresh),
        _ when path.EndsWith(".jwt", StringComparison.Ordinal) => ("application/statuslist+jwt", Fresh),
        // RFC 2585 4
        _ when path.EndsWith(".cer", StringComparison.Ordinal) => ("application/pkix-cert", path.StartsWith("certificates/", StringComparison.Ordinal) ? Immutable : Short),
        _ when path.EndsWith(".crl", StringComparison.Ordinal) => ("application/pkix-crl", Fresh),
        _ => ("application/octet-stream", Short),
    };

    [GeneratedRegex(@"\Atrust/[0-9]+\.jws\z", RegexOptions.NonBacktracking)]
    private static partial Regex TrustVersion();

    [GeneratedRegex(@"\A[a-z0-9][a-z0-9-]*(\.(p|jws|cwt|jwt|cer|crl))?(/[a-z0-9][a-z0-9-]*(\.(p|jws|cwt|jwt|cer|crl))?){0,8}\z", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex PublishedPath();
}
