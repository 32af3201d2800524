namespace ELicense.PublicVerification.Ocsp;

/// <summary>One responder for each publication, most often one: the one whose card names the CA that is asked about answers. Disposes of them.</summary>
internal sealed class OcspResponders(IReadOnlyList<OcspResponder> responders) : IDisposable
{
    /// <summary>The answer that was given to the very same GET before, when it is current still.</summary>
    public KeptAnswer? Find(string rawTarget)
    {
        foreach (var responder in responders)
        {
            if (responder.Find(rawTarget) is { } kept)
                return kept;
        }

        return null;
    }

    /// <summary>As <see cref="AnswerAsync"/>, and the same GET finds it again.</summary>
    public ValueTask<OcspReply> AnswerGetAsync(string rawTarget) =>
        responders.Count == 1 ? responders[0].AnswerGetAsync(rawTarget) : FirstAsync(responder => responder.AnswerGetAsync(rawTarget));

    /// <param name="der">OCSPRequest, DER, from anybody.</param>
    public ValueTask<OcspReply> AnswerAsync(ReadOnlyMemory<byte> der) =>
        responders.Count == 1 ? responders[0].AnswerAsync(der) : FirstAsync(responder => responder.AnswerAsync(der));

    public void Dispose()
    {
        foreach (var responder in responders)
            responder.Dispose();
    }

    /// <summary>Who knows the CA says more than "unauthorized"; where one knows nothing yet, it may be that one's.</summary>
    private async ValueTask<OcspReply> FirstAsync(Func<OcspResponder, ValueTask<OcspReply>> ask)
    {
        var later = false;
        foreach (var responder in responders)
        {
            var reply = await ask(responder);
            if (reply != OcspReply.Unauthorized && reply != OcspReply.TryLater)
                return reply;
            later |= reply == OcspReply.TryLater;
        }

        return later ? OcspReply.TryLater : OcspReply.Unauthorized;
    }
}
