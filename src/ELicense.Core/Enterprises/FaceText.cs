namespace ELicense.Core.Enterprises;

/// <summary>Which text may stand on a face: NFC, no control, bidirectional, zero-width, private-use or unassigned characters, no lone surrogates, no leading formula sign.</summary>
public static class FaceText
{
    /// <summary>Trims and checks. Codes: text-forbidden, text-too-long, formula.</summary>
    /// <param name="maxLength">In UTF-16 code units.</param>
    public static bool TryClean(string text, int maxLength, out string clean, out Refusal refusal) => throw new NotImplementedException();
}
