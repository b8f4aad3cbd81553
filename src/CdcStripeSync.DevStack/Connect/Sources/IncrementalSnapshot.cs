using System.Globalization;
using CdcStripeSync.DevStack.Connector;
using CdcStripeSync.DevStack.Connector.Records;
using CdcStripeSync.DevStack.Connector.Replication;
using CdcStripeSync.DevStack.Connector.Schemas;
using CdcStripeSync.DevStack.Connector.Tables;
using Npgsql;

namespace CdcStripeSync.DevStack.Connect.Sources;

/// <summary>Reads tables again beside the live changes, and tells how far it is (recorded: shop-backfill-by-topic).</summary>
internal sealed class IncrementalSnapshot(ConnectorOptions options, SignalSettings signals, IRecordSink sink, ISchemaIds schemas, TimeProvider time)
{
    private const string About = "Incremental Snapshot";
    private readonly WireEncoder _encoder = new(schemas);

    /// <param name="filters">SQL conditions by table.</param>
    public async Task RunAsync(string id, IReadOnlyList<string> tables, IReadOnlyDictionary<string, string> filters, CancellationToken cancellationToken)
    {
        var collections = string.Join(", ", tables);
        await NotifyAsync(id, "STARTED", cancellationToken, ("data_collections", collections));
        await using var database = NpgsqlDataSource.Create(options.ConnectionString("backfill"));
        foreach (var table in tables)
        {
            var (rows, status) = await TableAsync(database, id, table, filters.GetValueOrDefault(table), collections, cancellationToken);
            await NotifyAsync(
                id, "TABLE_SCAN_COMPLETED", cancellationToken, ("scanned_collection", table), ("total_rows_scanned", rows.ToString(CultureInfo.InvariantCulture)), ("data_collections", collections), ("status", status));
        }

        await NotifyAsync(id, "COMPLETED", cancellationToken);
    }

    private async Task<(long Rows, string Status)> TableAsync(NpgsqlDataSource database, string id, string name, string? filter, string collections, CancellationToken cancellationToken)
    {
        var parts = name.Split('.');
        var table = parts.Length < 2 ? new TableName("public", name) : new TableName(parts[^2], parts[^1]);
        var described = await new Catalog(database).TableAsync(table, cancellationToken);
        if (described.Columns.Count == 0 || !options.Tables.Captures(table)) return (0, "UNKNOWN_SCHEMA");
        if (described.Key.Count == 0) return (0, "NO_PRIMARY_KEY");
        var shape = new TableShapes(options, new Silent()).OfCatalog(described);
        var records = new ChangeRecords(options, sink, _encoder, new ContextHeaders(options.TopicPrefix, Guid.CreateVersion7(time.GetUtcNow())), time);
        try
        {
            var rows = 0L;
            await using var connection = await database.OpenConnectionAsync(cancellationToken);
            await using var transaction = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, cancellationToken);
            // Before the rows are read: no change that they lack is stamped lower than they are.
            var lsn = await LsnAsync(connection, cancellationToken);
            var source = new ChangeSource(time.GetUtcNow(), lsn, lsn, null, lsn, ChangeSource.Incremental);
            await foreach (var texts in TableRows.ReadAsync(connection, described, filter, true, cancellationToken))
            {
                await records.SnapshotRowAsync(shape, shape.Row(texts), source, cancellationToken);
                if (++rows % signals.ChunkSize != 0) continue;
                var key = string.Join(",", described.Key.Select(k => texts[described.Columns.ToList().FindIndex(c => c.Name == k)]));
                await NotifyAsync(id, "IN_PROGRESS", cancellationToken, ("current_collection_in_progress", name), ("maximum_key", key), ("last_processed_key", key), ("data_collections", collections));
            }

            return (rows, rows == 0 ? "EMPTY" : "SUCCEEDED");
        }
        catch (PostgresException)
        {
            return (0, "SQL_EXCEPTION");
        }
    }

    private async Task NotifyAsync(string id, string type, CancellationToken cancellationToken, params (string Name, string Value)[] data)
    {
        if (signals.Notifications is not { } topic) return;
        var more = data.Append(("connector_name", signals.Prefix)).ToDictionary(d => d.Item1, d => (object?)d.Item2, StringComparer.Ordinal);
        object?[] value = [id, type, About, more, time.GetUtcNow().ToUnixTimeMilliseconds()];
        await sink.AppendAsync(
            new OutgoingRecord(
                topic, null, await _encoder.KeyAsync(topic, NotificationSchema.Key, new object?[] { id }, cancellationToken),
                await _encoder.ValueAsync(topic, NotificationSchema.Value, value, cancellationToken), [], time.GetUtcNow(), 0),
            cancellationToken);
    }

    private static async Task<ulong> LsnAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("select (pg_current_wal_insert_lsn() - '0/0')::text", connection);
        return ulong.Parse((string)(await command.ExecuteScalarAsync(cancellationToken))!, CultureInfo.InvariantCulture);
    }

    private sealed class Silent : IConnectorEvents
    {
        public void Report(ConnectorEvent connectorEvent)
        {
            // What it leaves out was said when the stream began.
        }
    }
}
