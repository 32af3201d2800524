using System.CommandLine;
using System.Net;
using ELicense.Cli.Hosting;
using ELicense.Core;

namespace ELicense.Cli.Commands;

/// <summary>The options of every command that hosts: data folder, ports, addresses.</summary>
internal sealed class HostingOptions
{
    private readonly Option<string?> _data = new("--data") { Description = "data folder" };
    private readonly Option<int> _portBase = new("--port-base") { Description = "first of ten ports", DefaultValueFactory = _ => PortBlock.DefaultBase };
    private readonly Option<string> _listen = new("--listen") { Description = "address to listen on", DefaultValueFactory = _ => "127.0.0.1" };
    private readonly Option<string?> _publicUrl = new("--public-url") { Description = "address that QR codes name, when it is not the listening one" };

    private readonly Option<string?> _config = new("--config") { Description = "configuration file; names the database when it is not the data folder's own" };

    public void AddTo(Command command)
    {
        command.Options.Add(_config);
        command.Options.Add(_data);
        command.Options.Add(_portBase);
        command.Options.Add(_listen);
        command.Options.Add(_publicUrl);
    }

    public Configuration Configuration(ParseResult parsed) => Hosting.Configuration.Read(parsed.GetValue(_config));

    public string? Data(ParseResult parsed) => parsed.GetValue(_data);

    public PortBlock Ports(ParseResult parsed)
    {
        if (!IPAddress.TryParse(parsed.GetValue(_listen), out var listen))
            throw new CommandException(Codes.AddressFormat, "--listen wants an IP address.", ExitCodes.Usage);
        var portBase = parsed.GetValue(_portBase);
        return portBase is >= 1 and <= IPEndPoint.MaxPort - 9
            ? PortBlock.FirstFree(listen, portBase)
            : throw new CommandException(Codes.AddressFormat, "--port-base wants a port from 1 to 65526.", ExitCodes.Usage);
    }

    public Uri PublicAddress(ParseResult parsed, PortBlock ports)
    {
        var text = parsed.GetValue(_publicUrl);
        if (text is null)
            return new Uri(ports.Address(ports.Verification));
        return Uri.TryCreate(text, UriKind.Absolute, out var address) && address is { AbsolutePath: "/", Query: "", Fragment: "", UserInfo: "" }
            && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps)
            ? address
            : throw new CommandException(Codes.AddressFormat, "--public-url wants scheme, host and port only, e.g. https://gs.example.cn.", ExitCodes.Usage);
    }
}
