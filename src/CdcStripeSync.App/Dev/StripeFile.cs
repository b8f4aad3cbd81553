using CdcStripeSync.Simulator;

namespace CdcStripeSync.App.Dev;

/// <summary>Keeps the simulated Stripe's state in a file, so that the next run finds it.</summary>
internal sealed class StripeFile(string path)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);
    private long _saved;

    public async Task LoadAsync(StripeSimulator stripe, CancellationToken cancellationToken)
    {
        if (File.Exists(path)) stripe.Load(await File.ReadAllTextAsync(path, cancellationToken));
    }

    public async Task SaveAsync(StripeSimulator stripe)
    {
        var count = stripe.Received;
        if (count == _saved) return;
        await File.WriteAllTextAsync(path + ".next", stripe.Dump());
        File.Move(path + ".next", path, overwrite: true);
        _saved = count;
    }

    public async Task KeepSavingAsync(StripeSimulator stripe, CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                await Task.Delay(Interval, cancellationToken);
                await SaveAsync(stripe);
            }
        }
        catch (OperationCanceledException)
        {
            // The last save follows at the end.
        }
    }
}
