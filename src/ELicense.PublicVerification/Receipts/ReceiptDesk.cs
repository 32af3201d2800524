using System.Security.Cryptography;
using System.Text;
using ELicense.Core;
using ELicense.Core.Enterprises;
using ELicense.Cryptography.Envelopes;
using ELicense.Cryptography.Keys;
using ELicense.Verification.Publication;
using ELicense.Verification.Receipts;
using ELicense.Verification.Verdicts;
using ELicense.Web.Delegates;
using ELicense.Web.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace ELicense.PublicVerification.Receipts;

/// <summary>Signs verdicts for those who ask for a receipt: Accept: application/jose.</summary>
internal sealed partial class ReceiptDesk(IReadOnlyList<StatementSettings> settings, ILogger<ReceiptDesk> log)
{
    private const string Jose = "application/jose"; // RFC 7515 9.2.1

    public static bool IsWanted(HttpRequest request) =>
        request.GetTypedHeaders().Accept.Any(accepted => accepted.MediaType.Equals(Jose, StringComparison.OrdinalIgnoreCase));

    /// <summary>On the present, or on the checkpoint's time when that is later.</summary>
    public Task<IResult> AnswerAsync(PublicationView view, CreditCode code, Verdict verdict, DateTimeOffset now, CancellationToken cancellation) =>
        AnswerAsync(view, code, verdict, now, now < view.AsOf ? view.AsOf : now, cancellation);

    /// <param name="at">The instant that the verdict is about.</param>
    public async Task<IResult> AnswerAsync(
        PublicationView view, CreditCode code, Verdict verdict, DateTimeOffset now, DateTimeOffset at, CancellationToken cancellation)
    {
        if (StatementSettings.FindSigner(settings, view, now) is not { } signer)
            return Problem.Of(StatusCodes.Status503ServiceUnavailable, Codes.ReceiptUnsigned);
        if (verdict[CheckName.Logged].Result != CheckResult.Pass || verdict.Status is not { List: { } list, Index: { } index })
            return Problem.Of(StatusCodes.Status422UnprocessableEntity, Codes.ReceiptUnsigned, "A receipt is about a license that the log names.");
        var (proof, refusal) = await view.ProveAsync(list, index, at, cancellation);
        if (proof is null)
            return Problem.Of(StatusCodes.Status503ServiceUnavailable, refusal);
        try
        {
            var receipt = Jws.Sign(signer.Key, Receipt.Type, Receipt.Write(view, code, verdict, now, at, proof, signer.Certificate.Span));
            return Results.Bytes(Encoding.ASCII.GetBytes(receipt), Jose);
        }
        catch (Exception failed) when (failed is SigningKeyException or CryptographicException)
        {
            NotSigned(log, failed);
            return Problem.Of(StatusCodes.Status503ServiceUnavailable, Codes.ReceiptUnsigned);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A receipt could not be signed.")]
    private static partial void NotSigned(ILogger log, Exception failed);
}
