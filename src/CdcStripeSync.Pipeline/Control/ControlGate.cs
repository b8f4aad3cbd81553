using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Pipeline.Control;

/// <summary>Whether writing to Stripe is allowed now; who wants to write waits here while it is not.</summary>
public sealed class ControlGate
{
    private readonly Lock _lock = new();
    private TaskCompletionSource _open = Opened();
    private string? _stopped;

    public Controls Current { get; private set; } = new(false, "", false, "", 0);

    /// <summary>Why nothing is written; null while it is.</summary>
    public string? Closed
    {
        get
        {
            lock (_lock) return _stopped ?? (Current.Paused ? Current.PausedBecause : null);
        }
    }

    public void Set(Controls controls)
    {
        lock (_lock)
        {
            Current = controls;
            Update();
        }
    }

    /// <summary>Stripe refuses the key: nothing can be written until a restart with another.</summary>
    /// <returns>Whether this is news.</returns>
    public bool Stop(string because)
    {
        lock (_lock)
        {
            var isNews = _stopped is null;
            _stopped = because;
            Update();
            return isNews;
        }
    }

    public Task OpenAsync(CancellationToken cancellationToken)
    {
        lock (_lock) return _open.Task.IsCompleted ? Task.CompletedTask : _open.Task.WaitAsync(cancellationToken);
    }

    private void Update()
    {
        if (_stopped is null && !Current.Paused) _open.TrySetResult();
        else if (_open.Task.IsCompleted) _open = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private static TaskCompletionSource Opened()
    {
        var open = new TaskCompletionSource();
        open.SetResult();
        return open;
    }
}
