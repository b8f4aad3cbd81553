using System.Net.Sockets;
using CdcStripeSync.DevStack.Connector.Records;
using CdcStripeSync.DevStack.Connector.Replication;
using CdcStripeSync.DevStack.Connector.Tables;
using Npgsql;
using Npgsql.Replication;
using Npgsql.Replication.PgOutput;

namespace CdcStripeSync.DevStack.Connector;

/// <summary>Snapshots and streams a PostgreSQL database through logical replication and writes the records that Debezium 3.5 would.</summary>
/// <remarks>
/// Delivery is at least once: the slot is confirmed only up to what <see cref="ISettledPositions"/> reports, and after a restart
/// everything behind it comes again. A snapshot that was not read and settled to its end is read again.
/// </remarks>
public sealed class PostgresConnector(
    ConnectorOptions options,
    IRecordSink sink,
    ISchemaIds schemaIds,
    ISettledPositions settled,
    IConnectorEvents events,
    TimeProvider time,
    string stateFile)
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    /// <summary>Told of each row that comes into <c>signal.data.collection</c>; null where nobody listens.</summary>
    public Action<TableSignal>? Signalled { get; init; }

    private readonly StateFile _state = new(stateFile, options.SlotName, options.Database);

    /// <summary>Runs until cancelled. A lost connection is taken up again.</summary>
    /// <exception cref="ConnectorException">What a person has to mend: no publication, no matching table, a foreign slot.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                await RunOnceAsync(cancellationToken);
            }
            catch (Exception e) when (IsConnectionLoss(e) && !cancellationToken.IsCancellationRequested)
            {
                events.Report(new ConnectorEvent(
                    ConnectorEventKind.ConnectionLost, $"{options.Host}:{options.Port}/{options.Database}: {e.Message}; trying again in {RetryDelay.TotalSeconds:0} s."));
                await Task.Delay(RetryDelay, time, cancellationToken);
            }
            catch (PostgresException e) when (Hint(e.SqlState) is { } hint)
            {
                throw new ConnectorException($"{options.Host}:{options.Port}/{options.Database}: {e.MessageText}. {hint}", e);
            }
        }
    }

    private async Task RunOnceAsync(CancellationToken cancellationToken)
    {
        var connectionString = options.ConnectionString("connector");
        await using var database = NpgsqlDataSource.Create(connectionString);
        var catalog = new Catalog(database);
        var tables = options.Tables.InSnapshotOrder(await catalog.TablesAsync(cancellationToken));
        foreach (var pattern in options.Tables.WithoutMatch(tables))
            events.Report(new ConnectorEvent(ConnectorEventKind.TableSkipped, $"table.include.list: no table matches '{pattern}' yet; it is taken in at the next start."));
        await new Publications(database, options, events).EnsureAsync(tables, cancellationToken);

        var headers = new ContextHeaders(options.TopicPrefix, Guid.CreateVersion7(time.GetUtcNow()));
        var records = new ChangeRecords(options, sink, new WireEncoder(schemaIds), headers, time);
        var shapes = new TableShapes(options, events);
        var start = await StartingPointAsync(new Slots(database, options.SlotName), cancellationToken);
        await using var connection = new LogicalReplicationConnection(connectionString) { WalReceiverStatusInterval = TimeSpan.FromSeconds(1) };
        await connection.Open(cancellationToken);
        ulong? snapshotPosition = null;
        if (start.Confirmed is null || start.NeedsSnapshot)
        {
            var snapshot = new Snapshot(database, catalog, shapes, records, events, time);
            snapshotPosition = await SnapshotAsync(connection, snapshot, tables, start, cancellationToken);
        }
        var confirmation = new Confirmation();
        var stream = new ChangeStream(options, catalog, shapes, records, confirmation, events, time, start.LastCommit) { Signalled = Signalled };
        await StreamAsync(connection, stream, confirmation, records, snapshotPosition, cancellationToken);
    }

    private async Task<StartingPoint> StartingPointAsync(Slots slots, CancellationToken cancellationToken)
    {
        var slot = await slots.FindAsync(cancellationToken);
        var complete = await _state.SnapshotIsCompleteAsync(cancellationToken);
        if (slot is { Lost: true })
        {
            await slots.DropAsync(cancellationToken);
            slot = null;
        }
        if (slot is { } found)
            return new StartingPoint(NeedsSnapshot: options.SnapshotsData && !complete, found.ConfirmedLsn);
        if (complete)
        {
            events.Report(new ConnectorEvent(
                ConnectorEventKind.SlotLost,
                $"Replication slot '{options.SlotName}' is lost: a new snapshot follows; rows deleted meanwhile get no delete event, so reconcile afterwards."));
        }
        await _state.WriteAsync(false, cancellationToken);
        return new StartingPoint(NeedsSnapshot: options.SnapshotsData, null);
    }

    /// <summary>Creates the slot and reads the snapshot that goes with it. When the slot exists already, because an earlier snapshot did
    /// not come to its end, it is kept (it still holds the deletes since), and a temporary one exports the snapshot.</summary>
    private async Task<ulong> SnapshotAsync(
        LogicalReplicationConnection connection, Snapshot snapshot, IReadOnlyList<TableName> tables, StartingPoint start, CancellationToken cancellationToken)
    {
        if (start.Confirmed is not { } confirmed)
        {
            var slot = await connection.CreatePgOutputReplicationSlot(
                options.SlotName, slotSnapshotInitMode: LogicalSlotSnapshotInitMode.Export, cancellationToken: cancellationToken);
            events.Report(new ConnectorEvent(ConnectorEventKind.SlotCreated, $"Replication slot '{options.SlotName}' created at {slot.ConsistentPoint}."));
            if (start.NeedsSnapshot)
                await ReadAsync(snapshot, tables, slot, (ulong)slot.ConsistentPoint, cancellationToken);
            return (ulong)slot.ConsistentPoint;
        }
        await using var exporting = new LogicalReplicationConnection(options.ConnectionString("connector"));
        await exporting.Open(cancellationToken);
        var temporary = await exporting.CreatePgOutputReplicationSlot(
            $"{options.SlotName}_snapshot_{Environment.ProcessId}", temporarySlot: true,
            slotSnapshotInitMode: LogicalSlotSnapshotInitMode.Export, cancellationToken: cancellationToken);
        await ReadAsync(snapshot, tables, temporary, confirmed, cancellationToken);
        return confirmed;
    }

    private async Task ReadAsync(
        Snapshot snapshot, IReadOnlyList<TableName> tables, PgOutputReplicationSlot slot, ulong position, CancellationToken cancellationToken)
    {
        events.Report(new ConnectorEvent(ConnectorEventKind.SnapshotStarted, $"Snapshot of {tables.Count} tables at {slot.ConsistentPoint}."));
        await snapshot.ReadAsync(tables, slot.SnapshotName!, (ulong)slot.ConsistentPoint, position, cancellationToken);
        events.Report(new ConnectorEvent(ConnectorEventKind.SnapshotRead, "Snapshot read to its end."));
    }

    private async Task StreamAsync(
        LogicalReplicationConnection connection, ChangeStream stream, Confirmation confirmation, ChangeRecords records,
        ulong? snapshotPosition, CancellationToken cancellationToken)
    {
        var heartbeats = new Heartbeats(options.HeartbeatInterval, records, time);
        var pgoutput = new PgOutputReplicationOptions(options.PublicationName, PgOutputProtocolVersion.V1, binary: false, messages: true);
        var unsettledSnapshot = snapshotPosition;
        var snapshotHasRows = records.LastPosition > 0;
        await using var messages = connection
            .StartReplication(new PgOutputReplicationSlot(options.SlotName), pgoutput, cancellationToken)
            .GetAsyncEnumerator(cancellationToken);
        events.Report(new ConnectorEvent(ConnectorEventKind.StreamingStarted, $"Streaming from slot '{options.SlotName}'."));
        var next = messages.MoveNextAsync().AsTask();
        try
        {
            while (true)
            {
                if (!next.IsCompleted)
                    await Task.WhenAny(next, Task.Delay(Tick, time, cancellationToken));
                await heartbeats.BeatIfDueAsync(cancellationToken);
                if (unsettledSnapshot is { } position && (!snapshotHasRows || settled.SettledUpTo >= position))
                {
                    await _state.WriteAsync(true, cancellationToken);
                    unsettledSnapshot = null;
                    events.Report(new ConnectorEvent(ConnectorEventKind.SnapshotSettled, "Snapshot settled; it will not be repeated."));
                }
                var received = (ulong)connection.LastReceivedLsn;
                var idle = !stream.InTransaction && unsettledSnapshot is null && !next.IsCompleted && received > 0;
                if (confirmation.Advance(settled.SettledUpTo, idle ? received : null))
                    connection.SetReplicationStatus(new NpgsqlTypes.NpgsqlLogSequenceNumber(confirmation.Confirmed));
                if (!next.IsCompleted)
                    continue;
                if (!await next)
                    throw new IOException("the server ended the replication stream");
                await stream.HandleAsync(messages.Current, cancellationToken);
                next = messages.MoveNextAsync().AsTask();
            }
        }
        finally
        {
            await next.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }

    /// <summary>What a person can do about a refusal; null when it speaks for itself.</summary>
    private string? Hint(string sqlState) => sqlState switch
    {
        "28P01" or "28000" => "Check database.user and database.password, and that pg_hba.conf lets them in.",
        "3D000" => "Create the database, or correct database.dbname.",
        "42501" => $"The role needs more: ALTER ROLE {TableName.Quote(options.User)} REPLICATION; it must also own the tables to publish them, and read them.",
        "55000" => "Set wal_level = logical in postgresql.conf and restart the server.",
        "53400" => "Raise max_replication_slots and max_wal_senders, or drop slots that nobody uses (SELECT * FROM pg_replication_slots).",
        _ => null,
    };

    private static bool IsConnectionLoss(Exception e) =>
        e is NpgsqlException { IsTransient: true } or IOException or SocketException or TimeoutException
            or PostgresException { SqlState: "55006" or "57P01" or "57P02" or "57P03" or "08006" or "08001" };
}
