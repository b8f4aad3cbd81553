namespace CdcStripeSync.Simulator.Faults;

/// <summary>Loses the caller first and executes afterwards: the effect arrives when nobody waits for it.</summary>
public sealed class ExecuteLate : Fault
{
    private readonly TaskCompletionSource released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource executed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Cuts the connection at once; otherwise waits until the caller gives up.</summary>
    public bool CutConnection { get; init; } = true;

    /// <summary>How long after losing the caller it executes; null waits for <see cref="Release"/>.</summary>
    public TimeSpan? After { get; init; }

    internal override bool TakesExecution => true;

    /// <summary>Ends when a late request has executed.</summary>
    public Task Executed => executed.Task;

    public void Release() => released.TrySetResult();

    internal Task WaitAsync(CancellationToken stopping) =>
        After is { } delay ? Task.Delay(delay, stopping) : released.Task.WaitAsync(stopping);

    internal void Done() => executed.TrySetResult();
}
