using System.Net;

namespace ELicense.Cli.Officers;

/// <summary>The register as a request's body, which tells how much of it is sent.</summary>
internal sealed class RegisterContent : HttpContent
{
    private readonly RegisterFile _register;
    private long _sent;

    public RegisterContent(RegisterFile register)
    {
        _register = register;
        Headers.ContentType = new("text/csv");
    }

    public long Sent => Volatile.Read(ref _sent);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        await using var file = new FileStream(_register.Path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, useAsync: true);
        var buffer = new byte[1 << 16];
        for (var read = await file.ReadAsync(buffer); read > 0; read = await file.ReadAsync(buffer))
        {
            await stream.WriteAsync(buffer.AsMemory(0, read));
            Volatile.Write(ref _sent, _sent + read);
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = _register.Bytes;
        return true;
    }
}
