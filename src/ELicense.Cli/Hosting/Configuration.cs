using System.Data.Common;
using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;
using ELicense.Core;
using ELicense.Cryptography.Certificates.RevocationLists;
using ELicense.Issuance.Deadlines;
using ELicense.Issuance.Store;
using ELicense.Web.Limits;

namespace ELicense.Cli.Hosting;

/// <summary>The file of <c>--config</c> (docs/operations.md). A member that is not known is refused, so that a misspelt one does not go unnoticed.</summary>
internal sealed record Configuration
{
    /// <summary>Keys, trust card and first people in earnest; null: a development hierarchy.</summary>
    public HierarchyConfiguration? Authority { get; init; }

    public DatabaseConfiguration? Database { get; init; }

    public DoorConfiguration? Door { get; init; }

    /// <summary>Null: there is one beside a development hierarchy only.</summary>
    public PortalConfiguration? Portal { get; init; }

    public DeadlineConfiguration? Deadlines { get; init; }

    public ClockConfiguration? Clock { get; init; }

    public PublicationConfiguration? Publication { get; init; }

    public BlackListConfiguration? BlackList { get; init; }

    public RevocationListConfiguration? RevocationLists { get; init; }

    public OcspConfiguration? Ocsp { get; init; }

    public StatementConfiguration? Receipts { get; init; }

    public StatementConfiguration? Badges { get; init; }

    /// <summary>How registered sites are reached; null: as everybody is.</summary>
    public SitesConfiguration? Sites { get; init; }

    /// <summary>Publications of further authorities that the public zone follows.</summary>
    public IReadOnlyList<FollowedConfiguration>? Follows { get; init; }

    /// <summary>Who may have large batches verified.</summary>
    public IReadOnlyList<ApiKeyConfiguration>? ApiKeys { get; init; }

    /// <summary>Addresses, or networks, of the proxies before the public port, which name the client in X-Forwarded-For; null: none.</summary>
    public IReadOnlyList<IPNetwork>? ForwardedFrom { get; init; }

    public TelemetryConfiguration? Telemetry { get; init; }

    /// <summary>Keys of the public zone that the authority certifies.</summary>
    public IReadOnlyList<DelegateConfiguration>? Delegates { get; init; }

    /// <summary>Absolute path of the folder of filings; null: in the data folder.</summary>
    public string? Inbox { get; init; }

    /// <param name="path">Null: everything as it is without a file.</param>
    public static Configuration Read(string? path)
    {
        if (path is null)
            return new Configuration();
        if (!File.Exists(path))
            throw new CommandException("file-missing", $"There is no file {path}.", ExitCodes.Usage);
        try
        {
            var read = JsonSerializer.Deserialize(File.ReadAllBytes(path), ConfigurationJson.Default.Configuration)
                ?? throw new CommandException(Codes.ConfigFormat, $"{path} is empty.", ExitCodes.Usage);
            _ = read.DeadlineSettings();
            _ = read.RevocationListPeriods();
            if (read.ClockGap <= TimeSpan.Zero)
                throw new CommandException(Codes.ConfigFormat, $"{path}: clock.gapHours is 1 or more.", ExitCodes.Usage);
            if (read.Publication is { } publication && !(Path.IsPathFullyQualified(publication.Folder) && Path.IsPathFullyQualified(publication.HighWater)))
                throw new CommandException(Codes.ConfigFormat, $"{path}: publication.folder and publication.highWater are absolute paths.", ExitCodes.Usage);
            if (read.Inbox is { } inbox && !Path.IsPathFullyQualified(inbox))
                throw new CommandException(Codes.ConfigFormat, $"{path}: inbox is an absolute path.", ExitCodes.Usage);
            _ = read.Delegates?.Select(one => one.ToDelegate()).ToList();
            _ = read.BatchKeys();
            FollowedConfiguration.Check(read.Follows ?? [], path);
            if (read.Telemetry is { Otlp: { IsAbsoluteUri: false } or { Scheme: not ("http" or "https") } })
                throw new CommandException(Codes.ConfigFormat, $"{path}: telemetry.otlp is an address of http or https.", ExitCodes.Usage);
            (read.Ocsp ?? new OcspConfiguration()).Check(path);
            read.Receipts?.Check("receipts", path);
            read.Badges?.Check("badges", path);
            _ = read.Sites?.ToSettings(path);
            read.Portal?.Check(path);
            return read;
        }
        catch (JsonException e)
        {
            throw new CommandException(Codes.ConfigFormat, $"{path}: {e.Message}", ExitCodes.Usage);
        }
    }

    public TimeSpan ClockGap => TimeSpan.FromHours((Clock ?? new ClockConfiguration()).GapHours);

    public ApiKeys BatchKeys() => ApiKeyConfiguration.ToKeys(ApiKeys ?? []);

    public DeadlineSettings DeadlineSettings() => Deadlines?.ToSettings() ?? new DeadlineSettings();

    public RevocationListPeriods RevocationListPeriods() => (RevocationLists ?? new RevocationListConfiguration()).ToPeriods();

    /// <summary>The folder with the publication, the mark and the inbox that are named.</summary>
    public DataFolder Place(DataFolder data)
    {
        var placed = Publication is { } shared ? data with { Publication = shared.Folder, AuthorityHighWater = shared.HighWater } : data;
        return Inbox is { } inbox ? placed with { Inbox = inbox } : placed;
    }

    /// <summary>The database that is named, or the data folder's own file.</summary>
    public Register OpenRegister(DataFolder data)
    {
        if (Database is not { } database)
            return Register.OpenSqlite(data.Register);
        try
        {
            return Register.OpenPostgres(database.Postgres, database.Owner);
        }
        catch (Exception e) when (e is DbException or InvalidOperationException or ArgumentException)
        {
            throw new CommandException(Codes.RegisterUnavailable, $"The register's database is not open: {e.Message}", ExitCodes.Failed);
        }
    }
}

/// <param name="Postgres">Npgsql's connection string of the application's role.</param>
/// <param name="Owner">That of the role which owns the schema and migrates it; null: the application's role does.</param>
internal sealed record DatabaseConfiguration([property: JsonRequired] string Postgres, string? Owner = null);

/// <param name="Otlp">Base address of a collector that takes OTLP over HTTP; metrics and traces go there.</param>
internal sealed record TelemetryConfiguration([property: JsonRequired] Uri Otlp);

/// <param name="GapHours">A clock further ahead of the last signed time is confirmed by a supervisor first; a weekend is not, a holiday is.</param>
internal sealed record ClockConfiguration(int GapHours = 72);

/// <summary>The publication of authorities that share a database: one folder for all of them.</summary>
/// <param name="Folder">Absolute; the publication itself.</param>
/// <param name="HighWater">Absolute, outside the publication; the mark that all raise, and whose lock lets one at a time publish.</param>
internal sealed record PublicationConfiguration([property: JsonRequired] string Folder, [property: JsonRequired] string HighWater);

/// <summary>The officers' door.</summary>
/// <param name="ForwardedFrom">Addresses, or networks as 10.1.0.0/24, of the proxies that may forward a client certificate by RFC 9440; null: none.</param>
internal sealed record DoorConfiguration(IReadOnlyList<IPNetwork>? ForwardedFrom = null);

/// <summary>An address alone is the network of itself; host bits in a network are refused, because they say that something else was meant.</summary>
internal sealed class NetworkJson : JsonConverter<IPNetwork>
{
    public override IPNetwork Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var text = reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
        if (IPAddress.TryParse(text, out var address))
            return new IPNetwork(address, address.GetAddressBytes().Length * 8);
        return IPNetwork.TryParse(text, out var network) && network.BaseAddress.Equals(IPAddress.Parse(text!.Split('/')[0])) ? network : throw new JsonException($"{text} is neither an address nor a network.");
    }

    public override void Write(Utf8JsonWriter writer, IPNetwork value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, ReadCommentHandling = JsonCommentHandling.Skip,
    RespectNullableAnnotations = true, Converters = [typeof(NetworkJson)])]
[JsonSerializable(typeof(Configuration))]
internal sealed partial class ConfigurationJson : JsonSerializerContext;
