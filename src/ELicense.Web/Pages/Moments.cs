using System.Globalization;

namespace ELicense.Web.Pages;

/// <summary>Instants as pages show them. Without scripts the reader's own zone is not known: exact times are Beijing's (UTC+8), and say so.</summary>
public static class Moments
{
    private static readonly TimeSpan Beijing = TimeSpan.FromHours(8);

    public static string Rfc3339(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    public static string Exact(DateTimeOffset at) => at.ToOffset(Beijing).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    public static string Date(DateTimeOffset at) => at.ToOffset(Beijing).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    public static string Date(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
