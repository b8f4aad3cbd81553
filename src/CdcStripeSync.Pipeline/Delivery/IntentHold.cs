using CdcStripeSync.Core.State;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Pipeline.Delivery;

/// <summary>Says that this process carries an open intent out, by a write: the others leave it alone for a while.</summary>
internal sealed class IntentHold(DeliveryParts parts)
{
    /// <summary>Twice before the others may take it for left.</summary>
    private TimeSpan Every => parts.Options.TakeOverAfter / 3;

    public async Task SayAsync(EntityWork work, CancellationToken cancellationToken)
    {
        work.State = work.State with { Intent = work.State.Intent! with { HeldAt = parts.Now } };
        await parts.PersistAsync(work, cancellationToken);
    }

    public async Task SayAgainAsync(EntityWork work, CancellationToken cancellationToken)
    {
        if (parts.Now - work.State.Intent!.HeldAt > Every) await SayAsync(work, cancellationToken);
    }

    /// <summary>Says it again and again while it waits for what may take longer than the others wait, such as a turn in the budget.</summary>
    /// <param name="begin">Begins what is waited for.</param>
    /// <param name="undo">Gives back what came when the wait had ended without it.</param>
    /// <exception cref="StateConflictException">Another process has taken the intent: the wait ends.</exception>
    public async Task WhileAsync(EntityWork work, Func<CancellationToken, Task> begin, Action? undo, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var saying = SayUntilAsync(work, stop, cancellationToken);
        try
        {
            await begin(stop.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            stop.Cancel();
            await saying; // tells why, where it ended the wait
            throw;
        }
        catch
        {
            stop.Cancel();
            await saying.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            throw;
        }

        stop.Cancel();
        try
        {
            await saying;
        }
        catch
        {
            undo?.Invoke();
            throw;
        }
    }

    /// <summary>Until stopped; what ends it earlier stops the wait, too.</summary>
    private async Task SayUntilAsync(EntityWork work, CancellationTokenSource stop, CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                await Task.Delay(Every, parts.Time, stop.Token);
                await SayAsync(work, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Nobody waits any more.
        }
        catch
        {
            stop.Cancel();
            throw;
        }
    }
}
