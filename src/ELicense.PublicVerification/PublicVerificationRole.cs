using ELicense.Verification.Publication;
using ELicense.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace ELicense.PublicVerification;

/// <summary>What the verification role needs to know.</summary>
public sealed record PublicVerificationOptions
{
    /// <summary>The publication that answers are taken from; owned by the host.</summary>
    public required PublicationFollower Follower { get; init; }

    /// <summary>Whether the application runs the follower for as long as it lives; a follower that two roles share runs once.</summary>
    public bool RunFollower { get; init; } = true;

    /// <summary>Served read-only under /publication/; null: not served.</summary>
    public string? PublicationFolder { get; init; }

    /// <summary>Scheme, host and port that QR codes name.</summary>
    public required Uri PublicAddress { get; init; }

    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Requests from one address; null: not limited.</summary>
    public RequestRate? Rate { get; init; } = RequestRate.Default;
}

/// <summary>Public verification (验照): API, pages, publication files. Shares a web application with other roles when mapped into the same one.</summary>
public static class PublicVerificationRole
{
    public static void AddServices(IServiceCollection services, PublicVerificationOptions options) => throw new NotImplementedException();

    public static void Map(WebApplication app) => throw new NotImplementedException();
}
