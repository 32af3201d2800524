using System.Security.Cryptography.X509Certificates;
using System.Text;
using ELicense.IntegrationTests.Portal;
using Microsoft.Playwright;
using Xunit;

namespace ELicense.BrowserTests;

/// <summary>The portal, and a browser with or without the shop's certificate.</summary>
public sealed class PortalVisit : IAsyncLifetime
{
    private IPlaywright _playwright = null!;
    private IBrowser _browser = null!;

    public PortalStation Station { get; } = new();

    public async ValueTask InitializeAsync()
    {
        await Station.InitializeAsync();
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(ShopStreet.SystemChromium);
    }

    /// <summary>A fresh browser without scripts of pages; tests look with their own.</summary>
    /// <param name="certificate">With its key; null: none is shown.</param>
    public async Task<IPage> VisitorAsync(X509Certificate2? certificate, string locale = "zh-CN", int width = 390, ColorScheme colours = ColorScheme.Light)
    {
        var context = await _browser.NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = Station.Address.ToString(),
            IgnoreHTTPSErrors = true, // the station's root is nobody's
            Locale = locale,
            ViewportSize = new ViewportSize { Width = width, Height = 844 },
            ColorScheme = colours,
            ClientCertificates = certificate is null ? null :
            [
                new ClientCertificate
                {
                    Origin = Station.Address.GetLeftPart(UriPartial.Authority),
                    Cert = Encoding.ASCII.GetBytes(certificate.ExportCertificatePem()),
                    Key = Encoding.ASCII.GetBytes(certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem()),
                },
            ],
        });
        return await context.NewPageAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        _playwright.Dispose();
        await Station.DisposeAsync();
    }
}
