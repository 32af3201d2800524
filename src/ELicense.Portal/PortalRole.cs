using ELicense.AspNetCore.Certificates;
using ELicense.Core.Tokens;
using ELicense.Portal.Filings;
using ELicense.Web.Delegates;
using ELicense.Web.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace ELicense.Portal;

/// <summary>The enterprises' portal: pages for whoever holds the key of an enterprise's certificate, over HTTPS.</summary>
public static class PortalRole
{
    public static void AddServices(IServiceCollection services, PortalOptions options)
    {
        WebFoundation.AddServices(services, options.Clock, options.Protection);
        services.AddSingleton(options);
        services.AddSingleton(_ => options.Sites);
        // Forms that are open when the process restarts are sent again; no key lies on a disk for them.
        services.AddDataProtection().UseEphemeralDataProtectionProvider();
        services.AddAntiforgery(forms =>
        {
            forms.FormFieldName = FormGuard.FieldName;
            forms.Cookie.Name = "__Host-form"; // RFC 6265bis 4.1.3.2
            forms.Cookie.Path = "/";
            forms.Cookie.HttpOnly = true;
            forms.Cookie.SecurePolicy = CookieSecurePolicy.Always;
            forms.Cookie.SameSite = SameSiteMode.Strict;
            forms.SuppressXFrameOptionsHeader = true; // all answers have one
        });
        services.AddSingleton(new FilingCounter(options, options.Store));
        foreach (var signer in options.Signers)
            DelegateHosting.Add(services, signer.Follower, signer.Delegates, Filing.PortalRole);
        var cas = new EnterpriseCas(options.Publications);
        services.AddAuthentication(ClientCertificates.Scheme).AddClientCertificates(certificates =>
        {
            certificates.Rules = new ClientCertificateRules(() => cas.Certificates);
            certificates.ForwardedFrom = options.ForwardedFrom;
            certificates.TimeProvider = options.Clock;
            certificates.Identify = (context, certificate) => PortalDoor.Identify(options, context, certificate);
            certificates.Refuse = PortalDoor.Reject;
        });
        if (options.RunFollowers)
            FollowerHosting.Add(services, options.Publications);
        CertificateHosting.Add(services, options.Publications);
    }

    public static void Map(WebApplication app)
    {
        app.UseClientCertificates();
        WebFoundation.Map(app);
        app.Use(PortalDoor.Pass);
        LicensePages.Map(app);
        CertificatePages.Map(app);
        FilingPages.Map(app);
        PresentPages.Map(app);
        SitePages.Map(app);
        app.Services.GetRequiredService<FilingCounter>().Begin();
        app.MapGet("/healthz", () => Results.Text("{\"status\":\"ok\"}", "application/json")).AllowAnonymous().ExcludeFromDescription();
    }
}
