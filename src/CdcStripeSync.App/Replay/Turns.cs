using System.Diagnostics;
using CdcStripeSync.Pipeline.Intake;

namespace CdcStripeSync.App.Replay;

/// <summary>Gives each record of a small recording its turn: the next one comes when nothing is under way for those before it, so that a row that came
/// and went within milliseconds leaves the same objects on a fast machine and on a slow one. What takes longer than the patience is not waited for.</summary>
/// <param name="patience">How long is waited for rows in all, over the whole recording.</param>
internal sealed class Turns(TimeSpan patience)
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(1);
    private readonly Stopwatch _waited = new();

    /// <summary>Waits until that many records have been handed to their rows and nothing is under way for these, or the engine has ended.</summary>
    public async Task AfterAsync(long records, DeliveryEngine engine, Task? running, CancellationToken cancellationToken)
    {
        while (engine.Routed < records && running is not { IsCompleted: true }) await Task.Delay(Poll, cancellationToken);
        _waited.Start();
        while (engine.Busy > 0 && _waited.Elapsed < patience) await Task.Delay(Poll, cancellationToken);
        _waited.Stop();
    }
}
