using CdcStripeSync.Core.State;
using CdcStripeSync.Pipeline.Budget;
using CdcStripeSync.Pipeline.Claims;
using CdcStripeSync.Pipeline.Control;
using CdcStripeSync.Pipeline.Errors;
using CdcStripeSync.Pipeline.Intake;
using CdcStripeSync.Pipeline.Observing;
using CdcStripeSync.Pipeline.Parking;
using CdcStripeSync.Pipeline.Ports;
using CdcStripeSync.Pipeline.Retry;
using CdcStripeSync.Pipeline.Settling;
using CdcStripeSync.Pipeline.Unchanged;

namespace CdcStripeSync.Pipeline.Delivery;

/// <summary>What delivery of one entity works with.</summary>
public sealed record DeliveryParts(
    Core.Mapping.Mapping Mapping, IStateStore Store, StateWriter Writer, EntityCache Entities, ClaimLedger Claims, Requester Requester, ControlGate Gate,
    BreadthBrake Brake, IDeliveryObserver Observer, TimeProvider Time, IRandomness Random, DeliveryOptions Options)
{
    /// <summary>Reads rows that lack a needed column, where the source can be asked.</summary>
    public IRowReader? Rows { get; init; }

    /// <summary>Rows that are settled, where records can be compared with what they last said.</summary>
    public SettledRows? Settled { get; init; }

    public Waiters Waiters { get; } = new(Mapping, Store);

    /// <summary>What a row without an object may do, as the start found the account and the store.</summary>
    public CreatePolicy Creates { get; set; }

    /// <summary>The store may have forgotten objects of ours: a row's is looked for before one is created.</summary>
    public bool LooksFirst { get; private set; }

    public SchemaOutage Schemas { get; } = new();

    /// <summary>The source has ended and all of it is settled: what waits for more to be read waits in vain.</summary>
    public bool AllIsRead { get; set; }

    /// <summary>How long a row waits for word of the key that it came from.</summary>
    public TimeSpan KeyChangePatience => AllIsRead ? TimeSpan.Zero : Options.KeyChangePatience;

    public DateTimeOffset Now => Time.GetUtcNow();

    /// <summary>Makes durable what an entity's work has come to.</summary>
    internal async Task PersistAsync(EntityWork work, CancellationToken cancellationToken)
    {
        await Writer.WriteAsync(work.Batch(null, unpark: false), cancellationToken);
        work.Settled();
        work.WrittenAt = Now;
        Entities.Put(work.State);
    }

    /// <summary>Whether who carries an intent out has not said so for a while.</summary>
    internal bool IsLeft(Intent intent) => Now - intent.HeldAt >= Options.TakeOverAfter;

    /// <summary>Takes the store's word for what it has forgotten: whichever process found that out, now or before a restart. Once told, a process looks until
    /// it ends.</summary>
    internal async Task RecallAsync(CancellationToken cancellationToken)
    {
        if (LooksFirst) return;
        var told = Gate.Current;
        if ((await Store.ForgottenAsync(cancellationToken)).Any(f => f != ForgottenRecords.All || !told.CreateAll)) LooksFirst = true;
    }

    /// <summary>Makes durable that the store has forgotten records, before anything is created.</summary>
    internal async Task ForgotAsync(ForgottenRecords forgotten, CancellationToken cancellationToken)
    {
        await Writer.WriteAsync(new StateBatch { Forgotten = [forgotten] }, cancellationToken);
        LooksFirst = true;
    }

    /// <summary>The delay before the next attempt.</summary>
    /// <param name="attempt">The attempt that failed, from 1.</param>
    public Task BackOffAsync(int attempt, CancellationToken cancellationToken) =>
        Task.Delay(RetrySchedule.Delay(attempt, Random.NextFraction()), Time, cancellationToken);

    /// <summary>Stripe refused a row's request for good: the row waits for a person.</summary>
    internal ParkedRow Refused(EntityWork work, ParkReason reason, string message, string hint)
    {
        Observer.Refused(message);
        return work.Park(reason, message, hint, Now);
    }

    /// <summary>Stripe refuses the key: nothing is written any more.</summary>
    public void StopAll(ErrorDecision decision)
    {
        Observer.Refused(decision.Message);
        if (Gate.Stop(decision.Message)) Observer.Alarm($"Stripe refuses the key; nothing is written any more: {decision.Message}", decision.Hint);
    }
}
