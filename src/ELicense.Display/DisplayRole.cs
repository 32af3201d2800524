using System.Globalization;
using ELicense.Display.Sites;
using ELicense.Verification.Publication;
using ELicense.Web.Delegates;
using ELicense.Web.Http;
using ELicense.Web.Limits;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace ELicense.Display;

/// <summary>What the display role needs to know.</summary>
public sealed record DisplayOptions
{
    /// <summary>The publications that standings are taken from; their followers are owned by the host.</summary>
    public required FollowedPublications Publications { get; init; }

    /// <summary>Whether the application runs the followers for as long as it lives; a follower that two roles share runs once.</summary>
    public bool RunFollowers { get; init; } = true;

    public required BadgeStore Badges { get; init; }

    /// <summary>The sites of the badges; null: nobody watches them.</summary>
    public SiteRegistry? Watched { get; init; }

    /// <summary>Whether the application runs the watch for as long as it lives.</summary>
    public bool RunWatch { get; init; } = true;

    /// <summary>Who signs badges, one for a publication; empty: nobody.</summary>
    public IReadOnlyList<StatementSettings> Signers { get; init; } = [];

    /// <summary>Scheme, host and port where badges are served.</summary>
    public required Uri PublicAddress { get; init; }

    /// <summary>Scheme, host and port of the license pages that a confirmation page links to.</summary>
    public required Uri VerificationAddress { get; init; }

    /// <summary>How long browsers and proxies may keep a picture: so old can the standing be that it shows.</summary>
    public TimeSpan PictureMaxAge { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Cache-Control of what shows the standing: never served when it is older, not even while a newer one is fetched.</summary>
    internal string PictureCaching => string.Create(CultureInfo.InvariantCulture, $"public, max-age={(int)PictureMaxAge.TotalSeconds}, must-revalidate");

    public TimeProvider Clock { get; init; } = TimeProvider.System;

    public Protection Protection { get; init; } = new();
}

/// <summary>Display (亮照): badges with the live standing, and their confirmation pages.</summary>
public static class DisplayRole
{
    public static void AddServices(IServiceCollection services, DisplayOptions options)
    {
        WebFoundation.AddServices(services, options.Clock, options.Protection);
        services.AddSingleton(options);
        services.AddSingleton<BadgeSigning>();
        services.AddSingleton<KeptPictures>();
        services.AddSingleton(provider => provider.GetRequiredService<KeptPictures>().Route);
        services.AddSingleton(_ => new BadgeViews(options.Badges, options.Clock));
        if (options.Watched is { } sites)
        {
            services.AddSingleton(_ => sites);
            services.AddSingleton<SiteWatch>();
            if (options.RunWatch)
                services.AddHostedService(provider => provider.GetRequiredService<SiteWatch>());
        }

        services.ConfigureHttpJsonOptions(json => json.SerializerOptions.TypeInfoResolverChain.Insert(0, BadgeJson.Default));
        foreach (var signer in options.Signers)
            DelegateHosting.Add(services, signer.Follower, signer.Delegates, BadgeStatement.Role);
        if (options.RunFollowers)
            FollowerHosting.Add(services, options.Publications);
    }

    public static void Map(WebApplication app)
    {
        WebFoundation.Map(app);
        BadgeApi.Map(app);
        BadgeEndpoints.Map(app);
        BadgeFrame.Map(app);
        OEmbed.Map(app);
    }
}
