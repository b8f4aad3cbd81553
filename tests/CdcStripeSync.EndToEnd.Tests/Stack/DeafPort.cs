using System.Net;
using System.Net.Sockets;

namespace CdcStripeSync.EndToEnd.Tests.Stack;

/// <summary>A port where nothing listens, and nobody else can while this is kept: who connects is refused.</summary>
internal sealed class DeafPort : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    public DeafPort() => _socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));

    public int Number => ((IPEndPoint)_socket.LocalEndPoint!).Port;

    public void Dispose() => _socket.Dispose();
}
