using System.Runtime.InteropServices;

namespace CdcStripeSync.App;

/// <summary>Ctrl-C and SIGTERM: the first asks the command to end, the second ends the process at once, and so does the time that a command may take for it.</summary>
/// <remarks>Exit code 128 and the signal's number where the process did not end by itself, as shells have it.</remarks>
internal sealed class Termination : IDisposable
{
    private const int Interrupted = 130;
    private const int Terminated = 143;
    private readonly CancellationTokenSource _asked = new();
    private readonly TimeSpan _patience;
    private readonly PosixSignalRegistration[] _signals;
    private Timer? _end;

    /// <param name="patience">How long the command may take to end.</param>
    public Termination(TimeSpan patience)
    {
        _patience = patience;
        _signals = [PosixSignalRegistration.Create(PosixSignal.SIGINT, Take), PosixSignalRegistration.Create(PosixSignal.SIGTERM, Take)];
    }

    public CancellationToken Asked => _asked.Token;

    public void Dispose()
    {
        foreach (var signal in _signals) signal.Dispose();
        _end?.Dispose();
        _asked.Dispose();
    }

    private void Take(PosixSignalContext signal)
    {
        signal.Cancel = true;
        var code = signal.Signal == PosixSignal.SIGINT ? Interrupted : Terminated;
        var end = new Timer(_ => Environment.Exit(code));
        if (Interlocked.CompareExchange(ref _end, end, null) is not null)
        {
            end.Dispose();
            Environment.Exit(code);
        }

        end.Change(_patience, Timeout.InfiniteTimeSpan);
        _asked.Cancel();
    }
}
