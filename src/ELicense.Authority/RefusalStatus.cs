using ELicense.Core;
using ELicense.Issuance.Matters;
using ELicense.Web.Http;
using Microsoft.AspNetCore.Http;

namespace ELicense.Authority;

/// <summary>Which HTTP status each refusal of the authority has: the one place that says so.</summary>
internal static class RefusalStatus
{
    public static int Of(string code) => code switch
    {
        Codes.NotFound => StatusCodes.Status404NotFound,
        Codes.SamePerson or Codes.RightMissing or Codes.NotTheApplicant => StatusCodes.Status403Forbidden,
        Codes.ContentChanged or Codes.VersionMoved or Codes.StateConflict or Codes.TransitionRefused or Codes.DuplicateCode or Codes.AlreadyLicensed
            or Codes.CreditCodeDiffers or Codes.AlreadyReported or Codes.ExchangeRollback or Codes.KeyCertified or Codes.CertificateIssued or Codes.IdempotencyRunning or Codes.FiledContent
            => StatusCodes.Status409Conflict,
        _ when Codes.IsKeyAway(code) => StatusCodes.Status503ServiceUnavailable,
        Codes.SignatureWrong or Codes.ClockBackwards or Codes.ClockAhead or Codes.ClockGap or Codes.ListsFull or Codes.RegisterUnavailable or Codes.DiskFull
            => StatusCodes.Status503ServiceUnavailable,
        Codes.Malformed or Codes.TooLarge => StatusCodes.Status400BadRequest,
        Codes.UnsupportedMediaType => StatusCodes.Status415UnsupportedMediaType,

        // The rest are rules about what was written: understood, and not acceptable.
        _ => StatusCodes.Status422UnprocessableEntity,
    };

    public static IResult ToProblem(this Refusal refusal) => Problem.Of(Of(refusal.Code), refusal);

    /// <summary>The same, with the state that the matter is in all the same.</summary>
    public static IResult ToProblem(this Refusal refusal, MatterState state) =>
        Problem.Of(Of(refusal.Code), refusal, ("state", MatterNames.Of(state)));
}
