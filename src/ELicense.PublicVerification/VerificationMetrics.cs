using System.Diagnostics.Metrics;
using ELicense.PublicVerification.Ocsp;
using ELicense.Verification.Verdicts;

namespace ELicense.PublicVerification;

/// <summary>What is measured of verification: how many, with what outcome. Nothing says of whom.</summary>
internal sealed class VerificationMetrics
{
    private readonly Counter<long> _verdicts;
    private readonly Counter<long> _unread;
    private readonly Counter<long> _batches;
    private readonly Counter<long> _ocsp;

    public VerificationMetrics(IMeterFactory meters, PublicVerificationOptions options)
    {
        var meter = meters.Create("ELicense.PublicVerification");
        _verdicts = meter.CreateCounter<long>("elicense.verification.verdicts", "{verdict}", "Verdicts, by value, and whether the signature was computed or remembered.");
        _unread = meter.CreateCounter<long>("elicense.verification.unread", "{artefact}", "Artefacts that could not be read.");
        _batches = meter.CreateCounter<long>("elicense.verification.batch.artefacts", "{artefact}", "Artefacts of batches that were judged.");
        _ocsp = meter.CreateCounter<long>("elicense.ocsp.answers", "{answer}", "OCSP answers: signed for the request, kept from before, or other.");
        meter.CreateObservableGauge(
            "elicense.ocsp.delegate.remaining",
            () => options.Ocsp.Select(ocsp => new Measurement<double>(
                (ocsp.Delegates.Until - options.Clock.GetUtcNow())?.TotalSeconds ?? 0, new KeyValuePair<string, object?>("elicense.publication", ocsp.Follower.View?.Trust.Card.Origin ?? ""))),
            "s", "Time until the OCSP delegate's certificate ends; 0 without one.");
    }

    public void Count(Verdict verdict) => Count(verdict.Value, verdict.SeenBefore);

    public void Count(VerdictValue verdict, bool remembered) => _verdicts.Add(
        1, new("elicense.verdict", verdict.ApiName()), new("elicense.signature", remembered ? "remembered" : "computed"));

    public void CountUnread() => _unread.Add(1);

    public void CountBatch(int artefacts) => _batches.Add(artefacts);

    public void Count(in OcspReply reply) => _ocsp.Add(1, new KeyValuePair<string, object?>("elicense.ocsp.answer", reply switch
    {
        { IsNew: true } => "new",
        { Kept: not null } => "kept",
        _ => "other",
    }));
}
