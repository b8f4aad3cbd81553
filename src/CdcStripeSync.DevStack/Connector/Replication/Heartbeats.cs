using CdcStripeSync.DevStack.Connector.Records;

namespace CdcStripeSync.DevStack.Connector.Replication;

/// <summary>Writes a heartbeat whenever its interval is over.</summary>
internal sealed class Heartbeats(TimeSpan? interval, ChangeRecords records, TimeProvider time)
{
    private DateTimeOffset _due = DateTimeOffset.MinValue;

    public async Task BeatIfDueAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (interval is not { } every || now < _due)
            return;
        _due = now + every;
        await records.HeartbeatAsync(cancellationToken);
    }
}
