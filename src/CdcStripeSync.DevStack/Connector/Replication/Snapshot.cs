using CdcStripeSync.DevStack.Connector.Records;
using CdcStripeSync.DevStack.Connector.Tables;
using Npgsql;

namespace CdcStripeSync.DevStack.Connector.Replication;

/// <summary>Reads every captured table as it was at the slot's consistent point and emits an <c>r</c> for each row.</summary>
internal sealed class Snapshot(
    NpgsqlDataSource database, Catalog catalog, TableShapes shapes, ChangeRecords records, IConnectorEvents events, TimeProvider time)
{
    /// <param name="exported">The snapshot that the slot's creation exported; valid while that connection stays as it is.</param>
    /// <param name="lsn">The exporting slot's consistent point: the LSN that every row carries.</param>
    /// <param name="position">What the records count as for settling: not above anything that is streamed afterwards.</param>
    public async Task ReadAsync(
        IReadOnlyList<TableName> tables, string exported, ulong lsn, ulong position, CancellationToken cancellationToken)
    {
        var shaped = new List<(TableShape Shape, CatalogTable Table)>();
        foreach (var table in tables)
        {
            var described = await catalog.TableAsync(table, cancellationToken);
            shaped.Add((shapes.OfCatalog(described), described));
        }
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, cancellationToken);
        await ExecuteAsync(connection, $"SET TRANSACTION SNAPSHOT '{exported}'", cancellationToken);
        var source = new ChangeSource(time.GetUtcNow(), null, lsn, await TransactionIdAsync(connection, cancellationToken), position);

        // One row is held back, because its marker depends on whether another follows, in its table or after it.
        SnapshotRow? held = null;
        foreach (var (shape, table) in shaped)
        {
            var count = 0L;
            await foreach (var texts in TableRows.ReadAsync(connection, table, null, false, cancellationToken))
            {
                var row = new SnapshotRow(shape, shape.Row(texts), FirstOfTable: count++ == 0, First: held is null);
                if (held is { } previous)
                    await EmitAsync(previous, previous.Marker(previous.Shape != shape, false), source, cancellationToken);
                held = row;
            }
            events.Report(new ConnectorEvent(ConnectorEventKind.SnapshotTable, $"{shape.Name}: {count} {(count == 1 ? "row" : "rows")} read."));
        }
        if (held is { } last)
            await EmitAsync(last, last.Marker(true, true), source, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    private Task EmitAsync(SnapshotRow row, string marker, ChangeSource source, CancellationToken cancellationToken) =>
        records.SnapshotRowAsync(row.Shape, row.Values, source with { Snapshot = marker }, cancellationToken);

    private static async Task<long> TransactionIdAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("SELECT pg_current_xact_id()::text::bigint", connection);
        return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
