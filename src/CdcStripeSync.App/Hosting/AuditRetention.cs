using CdcStripeSync.Pipeline.Observing;
using CdcStripeSync.Postgres;

namespace CdcStripeSync.App.Hosting;

/// <summary>Forgets audit entries that are older than the configured days, a few at a time, so that the table stays of one size.</summary>
internal static class AuditRetention
{
    private const int AtATime = 5_000;
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <param name="days">0 keeps them for ever.</param>
    /// <returns>When it is cancelled.</returns>
    public static async Task RunAsync(PostgresStateStore store, int days, TimeProvider time, IDeliveryObserver observer, CancellationToken cancellationToken)
    {
        if (days == 0) return;
        try
        {
            while (true)
            {
                var wait = await ForgetAsync(store, time.GetUtcNow() - TimeSpan.FromDays(days), observer, cancellationToken) < AtATime ? Interval : Pause;
                await Task.Delay(wait, time, cancellationToken);
            }
        }
        catch (OperationCanceledException)
        {
            // The program ends.
        }
    }

    private static async Task<int> ForgetAsync(PostgresStateStore store, DateTimeOffset before, IDeliveryObserver observer, CancellationToken cancellationToken)
    {
        try
        {
            return await store.ForgetAuditAsync(before, AtATime, cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            observer.Alarm($"old audit entries were not removed: {e.Message}", "tried again in an hour");
            return 0;
        }
    }
}
