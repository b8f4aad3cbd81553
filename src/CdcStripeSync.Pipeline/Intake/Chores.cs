using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Pipeline.Intake;

/// <summary>What is done again and again beside the records. Each chore has a loop of its own: a long one (a truncated table is gone through page by
/// page, letters are tried again) keeps no other waiting, the commit of offsets least of all.</summary>
internal sealed class Chores(TimeProvider time, Action<Exception> failed, CancellationToken stop)
{
    private readonly List<Task> _loops = [];

    /// <summary>Begins to do this, each time so long after the last was done, until the stop. Where the store cannot be asked, it is done next time.</summary>
    public void Every(TimeSpan interval, Func<CancellationToken, Task> chore) => _loops.Add(RunAsync(interval, chore));

    /// <summary>After the stop: returns when nothing is being done any more.</summary>
    public async Task EndAsync()
    {
        foreach (var loop in _loops) await loop;
    }

    private async Task RunAsync(TimeSpan interval, Func<CancellationToken, Task> chore)
    {
        try
        {
            while (!stop.IsCancellationRequested)
            {
                await Task.Delay(interval, time, stop);
                try
                {
                    await chore(stop);
                }
                catch (StateStoreUnavailableException)
                {
                    // Done again in a moment.
                }
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The end of the run.
        }
        catch (Exception e)
        {
            failed(e);
        }
    }
}
