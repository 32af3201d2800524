using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text.Json;
using ELicense.Core;
using ELicense.Verification.Publication;
using ELicense.Verification.Verdicts;

namespace ELicense.PublicVerification.Batches;

/// <summary>
/// The artefacts of one batch judged on all cores, by the same views and one instant. Cores are taken for some two milliseconds' work at a time, in the order of asking among all
/// batches, and given back between: single calls wait no longer than that. A few turns ahead of what the client has read, nothing more is computed.
/// </summary>
internal sealed class BatchRun(BatchBody body, PublicationViews views, DateTimeOffset now, VerificationMetrics metrics)
{
    private const int ArtefactsATurn = 32;

    private static readonly SemaphoreSlim Cores = new(Environment.ProcessorCount);
    private static readonly int TurnsAhead = 4 * Environment.ProcessorCount;

    private int _seenBefore;

    /// <summary>Of the artefacts judged so far, those whose signatures were not computed again.</summary>
    public int SeenBefore => Volatile.Read(ref _seenBefore);

    /// <param name="inLines">A line each; else with commas between.</param>
    /// <returns>The results in order, as JSON, a turn at a time; each is read before the next is asked for.</returns>
    public async IAsyncEnumerable<ReadOnlyMemory<byte>> ResultsAsync(
        bool inLines, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var ahead = new Queue<Task<ArrayBufferWriter<byte>>>();
        var free = new Stack<ArrayBufferWriter<byte>>();
        for (var next = 0; next < body.Count || ahead.Count > 0;)
        {
            for (; next < body.Count && ahead.Count < TurnsAhead; next += ArtefactsATurn)
                ahead.Enqueue(JudgeAsync(next, inLines, free.TryPop(out var buffer) ? buffer : new ArrayBufferWriter<byte>(), cancellation));
            var results = await ahead.Dequeue();
            yield return results.WrittenMemory;
            results.ResetWrittenCount();
            free.Push(results);
        }
    }

    private async Task<ArrayBufferWriter<byte>> JudgeAsync(int first, bool inLines, ArrayBufferWriter<byte> results, CancellationToken cancellation)
    {
        // Whether a core was free or not: whoever was queued before, single calls too, has its turn first.
        await Cores.WaitAsync(cancellation).ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            Judge(first, inLines, results);
            return results;
        }
        finally
        {
            Cores.Release();
        }
    }

    private void Judge(int first, bool inLines, ArrayBufferWriter<byte> results)
    {
        using var writer = new Utf8JsonWriter(results, VerdictJson.Options);
        var seenBefore = 0;
        for (var index = first; index < Math.Min(first + ArtefactsATurn, body.Count); index++)
        {
            if (index > 0 && !inLines)
                results.Write(","u8);
            if (!Artefact.TryRead(body[index], out var artefact, out var refusal))
            {
                metrics.CountUnread();
                WriteUnread(writer, refusal);
            }
            else if (views.TryFind(artefact, out var view))
            {
                var verdict = view.Verify(artefact, now);
                metrics.Count(verdict);
                seenBefore += verdict.SeenBefore ? 1 : 0;
                VerdictJson.Write(writer, verdict);
            }
            else
            {
                WriteUnread(writer, new Refusal(Codes.NotReady, "Nothing was read yet from the publication that has to be asked."));
            }

            writer.Flush();
            writer.Reset();
            if (inLines)
                results.Write("\n"u8);
        }

        Interlocked.Add(ref _seenBefore, seenBefore);
        metrics.CountBatch(Math.Min(ArtefactsATurn, body.Count - first));
    }

    private static void WriteUnread(Utf8JsonWriter writer, Refusal refusal)
    {
        writer.WriteStartObject();
        writer.WriteNull("verdict"u8);
        writer.WriteStartObject("error"u8);
        writer.WriteString("code"u8, refusal.Code);
        writer.WriteString("reason"u8, refusal.Detail);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }
}
