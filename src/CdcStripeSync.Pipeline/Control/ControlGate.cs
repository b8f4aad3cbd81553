using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Pipeline.Control;

/// <summary>Whether writing to Stripe is allowed now; who wants to write waits here while it is not.</summary>
public sealed class ControlGate
{
    private readonly Lock _lock = new();
    private readonly List<TaskCompletionSource> _waiting = [];
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

    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        TaskCompletionSource open;
        lock (_lock)
        {
            if (IsOpen) return;
            open = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Add(open);
        }

        // Task.WaitAsync would leave the caller's scheduler for the thread pool.
        await using var registration = cancellationToken.UnsafeRegister(static (state, token) => ((TaskCompletionSource)state!).TrySetCanceled(token), open);
        await open.Task;
    }

    private bool IsOpen => _stopped is null && !Current.Paused;

    private void Update()
    {
        if (!IsOpen) return;
        foreach (var open in _waiting) open.TrySetResult();
        _waiting.Clear();
    }
}
