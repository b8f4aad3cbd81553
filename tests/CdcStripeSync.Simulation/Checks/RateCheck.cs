using CdcStripeSync.Simulation.Scheduling;
using CdcStripeSync.Simulation.Store;

namespace CdcStripeSync.Simulation.Checks;

/// <summary>All processes together keep to the account's rate, but for the requests that each had been granted and sends late.</summary>
/// <param name="late">Grants that processes may have had in hand when they were held up.</param>
internal sealed class RateCheck(World world, ShareLedger shares, int late)
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(10);
    private readonly Queue<long> _sent = new();

    public void Sent()
    {
        _sent.Enqueue(world.Now);
        while (_sent.Peek() <= world.Now - Window.Ticks) _sent.Dequeue();
        var most = (shares.PerSecond * (int)Window.TotalSeconds) + late;
        if (_sent.Count > most) world.Break(new InvariantBrokenException("over the account's rate", $"{_sent.Count} requests within {Window}, {most} at most"));
    }
}
