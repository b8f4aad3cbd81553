using System.Net;
using System.Net.Sockets;

namespace CdcStripeSync.CrashTest.Processes;

/// <summary>Stands between one instance and the state store: passes bytes on, tells effects, and can be cut.</summary>
internal sealed class StateProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<int> _serverPort;
    private readonly Failpoints _failpoints;
    private readonly Lock _lock = new();
    private readonly HashSet<Socket> _open = [];
    private readonly Task _accepting;

    /// <param name="serverPort">Where the server listens now; it changes with a restart.</param>
    public StateProxy(Func<int> serverPort, Failpoints failpoints)
    {
        (_serverPort, _failpoints) = (serverPort, failpoints);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Refuses and drops connections while it is so.</summary>
    public bool IsCut { get; private set; }

    public void Cut()
    {
        IsCut = true;
        lock (_lock)
        {
            foreach (var socket in _open) socket.Close(0);
        }
    }

    public void Mend() => IsCut = false;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        Cut();
        await _accepting;
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                _ = PassAsync(await _listener.AcceptSocketAsync(_stop.Token));
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                // The end, or a connection that was gone before it was taken.
            }
        }
    }

    private async Task PassAsync(Socket client)
    {
        using var server = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        client.NoDelay = true;
        lock (_lock)
        {
            _open.Add(client);
            _open.Add(server);
        }

        try
        {
            if (IsCut) return;
            await server.ConnectAsync(IPAddress.Loopback, _serverPort(), _stop.Token);
            var link = new Link(client, server, _failpoints);
            await Task.WhenAny(link.AsksAsync(_stop.Token), link.AnswersAsync(_stop.Token));
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The server is away: the client sees its connection end.
        }
        finally
        {
            lock (_lock)
            {
                _open.Remove(client);
                _open.Remove(server);
            }

            client.Close(0);
        }
    }

    private sealed class Link(Socket client, Socket server, Failpoints failpoints)
    {
        private readonly StateFrames _frames = new();
        private volatile string? _pending;

        public async Task AsksAsync(CancellationToken cancellationToken)
        {
            var buffer = new byte[64 * 1024];
            while (await ReceiveAsync(client, buffer, cancellationToken) is > 0 and var count)
            {
                var effect = _frames.Read(buffer.AsSpan(0, count));
                if (effect is not null && failpoints.Dies("before", effect)) return;
                if (effect is not null) _pending = effect;
                await server.SendAsync(buffer.AsMemory(0, count), cancellationToken);
            }
        }

        public async Task AnswersAsync(CancellationToken cancellationToken)
        {
            var buffer = new byte[64 * 1024];
            while (await ReceiveAsync(server, buffer, cancellationToken) is > 0 and var count)
            {
                // An answer ends with ReadyForQuery: 'Z', length 5, one byte of state.
                var effect = count >= 6 && buffer[count - 6] == 'Z' && buffer[count - 2] == 5 ? _pending : null;
                if (effect is not null)
                {
                    _pending = null;
                    if (failpoints.Dies("done, not answered:", effect)) return;
                }

                await client.SendAsync(buffer.AsMemory(0, count), cancellationToken);
                if (effect is not null) failpoints.Dies("answered:", effect);
            }
        }

        private static async Task<int> ReceiveAsync(Socket socket, byte[] buffer, CancellationToken cancellationToken)
        {
            try
            {
                return await socket.ReceiveAsync(buffer, cancellationToken);
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                return 0;
            }
        }
    }
}
