using System.Buffers;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace ELicense.Benchmarks;

/// <summary>A service under the load of wrk in turns with an endpoint of the same Kestrel that knows nothing but the same bytes and headers, and beside a file of nginx.</summary>
/// <param name="Service">Requests a second, like the next two: the median of all turns.</param>
/// <param name="Ratios">Of the service to the empty endpoint, by turn.</param>
/// <param name="Processor">This process's CPU time for an empty answer, against that for one of the service: the median.</param>
internal sealed record SideBySide(double Service, double Empty, double Files, IReadOnlyList<double> Ratios, double Processor)
{
    public const int Rounds = 9;

    // Headers that Kestrel writes itself.
    private static readonly string[] Own = ["Date", "Content-Length", "Transfer-Encoding"];

    /// <param name="folder">The answer becomes a file in it, which nginx serves.</param>
    /// <param name="body">Of the answer.</param>
    /// <param name="load">What wrk asks of an address, which has no path.</param>
    public static async Task<SideBySide> MeasureAsync(WebApplication service, HttpResponseMessage answer, byte[] body, string folder, Func<string, LoadedAddress> load)
    {
        await using var empty = await EmptyAsync(body, answer);
        await File.WriteAllBytesAsync(Path.Combine(folder, "answer"), body);
        using var nginx = LoadedAddress.Files(folder, out var files);
        try
        {
            return await MeasureAsync(load(empty.Urls.Single()), load(service.Urls.Single()), new LoadedAddress(files + "/answer"));
        }
        finally
        {
            nginx.Kill(entireProcessTree: true);
        }
    }

    /// <summary>Knows nothing but the bytes and headers of an answer; reads what is sent.</summary>
    public static Task<WebApplication> EmptyAsync(byte[] body, HttpResponseMessage answer)
    {
        var headers = answer.Headers.NonValidated.Concat(answer.Content.Headers.NonValidated)
            .Where(header => !Own.Contains(header.Key)).ToDictionary(header => header.Key, header => new StringValues(header.Value.ToString()));
        return LoadedAddress.ListenAsync(_ => { }, app => app.Run(context => HttpMethods.IsPost(context.Request.Method) ? ReadAndAnswerAsync(context) : Answer(context)));

        async Task ReadAndAnswerAsync(HttpContext context)
        {
            // A read that was not told how far it came makes Kestrel close the connection: each request would open one.
            for (var isWhole = false; !isWhole;)
            {
                var read = await context.Request.BodyReader.ReadAsync();
                context.Request.BodyReader.AdvanceTo(read.Buffer.End);
                isWhole = read.IsCompleted;
            }

            await Answer(context);
        }

        Task Answer(HttpContext context)
        {
            foreach (var (name, value) in headers)
                context.Response.Headers[name] = value;
            context.Response.ContentLength = body.Length;
            context.Response.BodyWriter.Write(body);
            return Task.CompletedTask;
        }
    }

    public static double Median(IEnumerable<double> values) => values.Order().ToArray() is var sorted ? sorted[sorted.Length / 2] : 0;

    public static string Turns(IEnumerable<double> ratios) => string.Join(' ', ratios.Select(ratio => ratio.ToString("0.000", CultureInfo.InvariantCulture)));

    public override string ToString() => FormattableString.Invariant(
        $"{Median(Ratios):0.000} of an empty endpoint ({Turns(Ratios)}), {Processor:0.000} by this process's CPU time a request; service {Service:N0}/s, empty {Empty:N0}/s, nginx with the file {Files:N0}/s");

    private static async Task<SideBySide> MeasureAsync(LoadedAddress empty, LoadedAddress service, LoadedAddress files)
    {
        var turns = new List<((double Rate, double Processor) Service, (double Rate, double Processor) Empty, double Files)>();
        for (var round = -2; round < Rounds; round++) // the first two warm up
        {
            // Whoever comes second finds another load: in turns.
            var (first, second) = round % 2 == 0 ? (empty, service) : (service, empty);
            var (a, b) = (await first.LoadAsync(), await second.LoadAsync());
            var (plain, served) = round % 2 == 0 ? (a, b) : (b, a);
            var file = await files.LoadAsync();
            if (round >= 0)
                turns.Add((served, plain, file.Rate));
        }

        return new SideBySide(
            Median(turns.Select(turn => turn.Service.Rate)), Median(turns.Select(turn => turn.Empty.Rate)), Median(turns.Select(turn => turn.Files)),
            turns.ConvertAll(turn => turn.Service.Rate / turn.Empty.Rate), Median(turns.Select(turn => turn.Empty.Processor / turn.Service.Processor)));
    }
}
