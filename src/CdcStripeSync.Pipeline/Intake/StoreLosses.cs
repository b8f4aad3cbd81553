using System.Collections.Concurrent;
using CdcStripeSync.Pipeline.Delivery;
using CdcStripeSync.Pipeline.Ports;
using CdcStripeSync.Pipeline.Settling;

namespace CdcStripeSync.Pipeline.Intake;

/// <summary>A store that was put back to an older time, or lost its content: what it has forgotten is read again, and each row's object is looked for before one is created.</summary>
internal sealed class StoreLosses(DeliveryParts parts, OffsetLedger offsets)
{
    /// <summary>The highest offset that the store had been told when the partition came.</summary>
    private readonly ConcurrentDictionary<PartitionId, long> _highest = new();

    public void Assigned(PartitionId partition, StoredOffset stored) => _highest[partition] = stored.Highest ?? stored.Next;

    /// <summary>See <see cref="IPartitionHandler.StoreIsBehindAsync"/>.</summary>
    public async Task IsBehindAsync(PartitionId partition, long? stored, long committed, CancellationToken cancellationToken)
    {
        if (_highest.GetValueOrDefault(partition) >= committed) return; // it knew more: a former owner's word came late, and its records are read again
        await parts.ForgotAsync(new ForgottenRecords(partition, committed), cancellationToken);
        const string look = "and each row's object is looked for before one is created";
        if (stored is { } known)
        {
            parts.Observer.Alarm(
                $"the state store knows {partition} up to {known}, Kafka's group up to {committed}: it is older (restored from a backup?)",
                $"nothing to do: {partition} is read again from {known}, {look}");
        }
        else
        {
            parts.Observer.Alarm(
                $"the state store knows nothing of {partition}, Kafka's group had settled it up to {committed}: it is new, or lost its content",
                $"{partition} is read again from its beginning, {look}; where Kafka does not keep every row's newest record for ever, run a backfill, too");
        }
    }

    /// <summary>The store fell back while this process ran: whatever was written of the records that were read may be lost, with what had followed from it
    /// in Stripe. The next start reads them again, and looks for each row's object first.</summary>
    public async Task FellBackAsync(StateStoreFellBackException fellBack)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30), parts.Time);
        parts.Observer.Alarm(
            fellBack.Message,
            "start it again, if nothing does: records are read again, and each row's object is looked for before one is created; what operators had said since then is lost");
        try
        {
            await parts.Store.WriteAsync(new StateBatch { Forgotten = [.. offsets.Known()] }, patience.Token);
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested)
        {
            parts.Observer.Alarm("the state store is away: what it has forgotten could not be noted in it", "when it is back, before the next start: insert into forgotten values ('*', 0, 9223372036854775807) in its schema, so that each row's object is looked for before one is created");
        }
    }
}
