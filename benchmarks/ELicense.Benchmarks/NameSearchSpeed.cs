using System.Diagnostics;
using System.Globalization;
using ELicense.Core;
using ELicense.Verification.Listings;
using ELicense.Verification.Publication;
using ELicense.Verification.Trust;

namespace ELicense.Benchmarks;

/// <summary>
/// Search by name over a publication of generate-publication --packs: the first page of questions that millions fit, of rare and absent ones, and of pairs that are common and seldom meet. What a page
/// took, and how many pages it was to the first that found something.
/// </summary>
internal static class NameSearchSpeed
{
    private const int Rounds = 21;

    private static readonly string[] Questions = ["有限公司", "科技", "福州", "信息技术有限", "兰州云山", "海风商贸店", "技术司", "司有", "龥龥", "物流工程文化"];

    public static async Task<int> RunAsync(string[] arguments)
    {
        if (arguments is not [var folder, var state])
        {
            Console.Error.WriteLine("search-names FOLDER STATE");
            return 2;
        }

        if (!Digest.TryParseHex(await File.ReadAllTextAsync(Path.Combine(folder, "anchor.txt")), out var root))
            throw new InvalidDataException("anchor.txt holds no fingerprint.");
        using var follower = new PublicationFollower(
            PublicationSource.Open(Path.Combine(folder, "publication")), new FollowerSettings(TrustAnchor.Fingerprint(root), state, null), TimeProvider.System);
        var building = Stopwatch.StartNew();
        if ((await follower.PollAsync(CancellationToken.None)).Refusal is { } refusal)
            throw new InvalidOperationException(refusal.ToString());
        var view = follower.View!;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{view.Checkpoint.Size} entries: first view after {building.Elapsed.TotalSeconds:0.0} s, lookup.db {new FileInfo(Path.Combine(state, "lookup.db")).Length / 1e6:0} MB"));
        foreach (var question in Questions)
            Tell(view, question);
        return 0;
    }

    private static void Tell(PublicationView view, string question)
    {
        var times = new List<TimeSpan>();
        var (found, pages) = (0, 0);
        for (var round = 0; round < Rounds; round++)
        {
            (found, pages) = (0, 0);
            string? cursor = null;
            do
            {
                var watch = Stopwatch.StartNew();
                if (!NameSearch.TryFind([view], question, cursor, DateTimeOffset.UtcNow, out var page, out var refusal))
                    throw new InvalidOperationException(refusal.ToString());
                times.Add(watch.Elapsed);
                (found, cursor) = (page.Enterprises.Count, page.Cursor);
                pages++;
            }
            while (found == 0 && cursor is not null);
        }

        Console.WriteLine($"{question}: {found} found, {pages} page(s), a page {new Distribution(times)}");
    }
}
