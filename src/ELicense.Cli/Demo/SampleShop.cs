namespace ELicense.Cli.Demo;

/// <summary>A shop's web site that shows its badge, on a port of its own. The same page on another port is a thief's copy.</summary>
public static class SampleShop
{
    /// <param name="listen">Scheme, address and port to listen on, e.g. http://127.0.0.1:5084.</param>
    /// <param name="displayAddress">Where badges are served.</param>
    /// <param name="enterpriseName">Shown in the page's footer; foreign text.</param>
    /// <returns>Not started: the caller starts and stops it.</returns>
    public static WebApplication Create(Uri listen, Uri displayAddress, string badgeId, string enterpriseName) => throw new NotImplementedException();
}
