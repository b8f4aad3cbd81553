namespace CdcStripeSync.Simulator.Faults;

/// <summary>Keeps a request in flight, before or after it executes, until it is released; also one that is answered from memory or refused.</summary>
public sealed class Hold : Fault
{
    private readonly TaskCompletionSource released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource reached = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Whether the effect comes first and only the answer waits.</summary>
    public bool AfterWrite { get; init; }

    /// <summary>Ends when a request has arrived here.</summary>
    public Task Reached => reached.Task;

    public void Release() => released.TrySetResult();

    internal Task WaitAsync(CancellationToken stopping)
    {
        reached.TrySetResult();
        return released.Task.WaitAsync(stopping);
    }
}
