using System.Security.Cryptography;
using System.Text;
using ELicense.Core;
using ELicense.Issuance.Store;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace ELicense.Authority;

/// <summary>A call whose body is streamed and identified by its own means; its Idempotency-Key is its own affair.</summary>
public sealed class StreamedBody;

/// <summary>Idempotency-Key on every POST (draft-ietf-httpapi-idempotency-key-header): the same key and request give the stored answer; with another request, 422.</summary>
internal static class Idempotency
{
    private const string Header = "Idempotency-Key";
    private const int MaxKeyLength = 64;

    public static async Task Answer(HttpContext context, RequestDelegate next)
    {
        if (!HttpMethods.IsPost(context.Request.Method) || context.Request.Headers[Header] is not { Count: > 0 } header
            || context.GetEndpoint()?.Metadata.GetMetadata<StreamedBody>() is not null)
        {
            await next(context);
            return;
        }

        var key = header.Count == 1 ? header[0]!.Trim('"') : "";
        if (key.Length is 0 or > MaxKeyLength || key.AsSpan().ContainsAnyExceptInRange('!', '~'))
        {
            await context.Refuse(new Refusal(Codes.Malformed, $"{Header} has 1 to {MaxKeyLength} visible ASCII characters.")).ExecuteAsync(context);
            return;
        }

        var calls = (AnsweredCalls)context.RequestServices.GetService(typeof(AnsweredCalls))!;
        var person = context.Officer().Officer.Person;
        var requestKey = context.RequestServices.GetRequiredService<AuthorityRoleOptions>().PersonKey.Derive("elicense idempotency");
        switch (calls.Begin(person, key, await HashAsync(context, requestKey), out var answer))
        {
            case CallStanding.New:
                await CarryOutAsync(context, next, calls, person, key);
                break;
            case CallStanding.Answered:
                await WriteAsync(context, answer!);
                break;
            case CallStanding.Running:
                context.Response.Headers.RetryAfter = "1";
                await new Refusal(Codes.IdempotencyRunning, "The first call with this key is not finished.").ToProblem().ExecuteAsync(context);
                break;
            default:
                await context.Refuse(new Refusal(Codes.IdempotencyKeyReused, "This key was used for another request.")).ExecuteAsync(context);
                break;
        }
    }

    private static async Task CarryOutAsync(HttpContext context, RequestDelegate next, AnsweredCalls calls, string person, string key)
    {
        var body = context.Response.Body;
        using var kept = new MemoryStream();
        context.Response.Body = kept;
        try
        {
            await next(context);
            // What was written to the writer, as problem details are, is not in the stream before.
            await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
        }
        catch
        {
            context.Response.Body = body;
            calls.Forget(person, key);
            throw;
        }

        context.Response.Body = body;
        var response = context.Response;
        if (response.StatusCode >= StatusCodes.Status500InternalServerError)
            calls.Forget(person, key);
        else
            calls.Finish(person, key, new StoredAnswer(response.StatusCode, response.ContentType, response.Headers.Location, kept.ToArray()));
        await body.WriteAsync(kept.GetBuffer().AsMemory(0, (int)kept.Length), context.RequestAborted);
    }

    private static Task WriteAsync(HttpContext context, StoredAnswer answer)
    {
        context.Response.StatusCode = answer.Status;
        context.Response.ContentType = answer.ContentType;
        context.Response.Headers.Location = answer.Location;
        return context.Response.Body.WriteAsync(answer.Body, context.RequestAborted).AsTask();
    }

    /// <summary>Of path and body, which Kestrel bounds; the body is there to be read again. With a key: a body may name a person, whose number could be tried out.</summary>
    private static async Task<Digest> HashAsync(HttpContext context, byte[] requestKey)
    {
        var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        body.Position = 0;
        context.Request.Body = body;
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, requestKey);
        hash.AppendData(Encoding.UTF8.GetBytes($"{context.Request.Path}{context.Request.QueryString}\n{context.Request.ContentType}\n"));
        hash.AppendData(body.GetBuffer().AsSpan(0, (int)body.Length));
        return new Digest(hash.GetHashAndReset());
    }
}
