using System.Collections.Concurrent;
using System.Diagnostics.Tracing;
using System.Net;

namespace ELicense.IntegrationTests.Sites;

/// <summary>Every attempt of this process to connect a socket, as .NET itself tells it.</summary>
internal sealed class Connects : EventListener
{
    private readonly ConcurrentQueue<string> _to = new();

    public int To(IPAddress address, int port) =>
        _to.Count(to => to == new IPEndPoint(address, port).Serialize().ToString() || to == new IPEndPoint(address.MapToIPv6(), port).Serialize().ToString());

    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        if (eventSource.Name == "System.Net.Sockets")
            EnableEvents(eventSource, EventLevel.Verbose);
    }

    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        // A base class tells of events before this one's fields are made.
        if (eventData.EventName == "ConnectStart")
            _to?.Enqueue((string)eventData.Payload![0]!);
    }
}
