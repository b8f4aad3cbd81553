using CdcStripeSync.DevStack.Connector.Records;
using CdcStripeSync.DevStack.Connector.Tables;
using Npgsql.Replication.PgOutput.Messages;

namespace CdcStripeSync.DevStack.Connector.Replication;

/// <summary>Follows the messages of the replication stream, one after the other, and emits what Debezium would.</summary>
internal sealed class ChangeStream(
    ConnectorOptions options, Catalog catalog, TableShapes shapes, ChangeRecords records, Confirmation confirmation,
    IConnectorEvents events, TimeProvider time, ulong? lastCommit)
{
    private readonly Dictionary<uint, TableShape?> _tables = [];
    private readonly Dictionary<TableName, string> _schemas = [];
    private OpenTransaction? _open;
    private ulong? _lastCommit = lastCommit;

    /// <inheritdoc cref="PostgresConnector.Signalled"/>
    public Action<TableSignal>? Signalled { get; init; }

    public bool InTransaction => _open is not null;

    public Task HandleAsync(PgOutputReplicationMessage message, CancellationToken cancellationToken) => message switch
    {
        BeginMessage begin => BeginAsync(begin, cancellationToken),
        CommitMessage commit => CommitAsync(commit, cancellationToken),
        RelationMessage relation => RelationAsync(relation, cancellationToken),
        InsertMessage insert => InsertAsync(insert, cancellationToken),
        UpdateMessage update => UpdateAsync(update, cancellationToken),
        DeleteMessage delete => DeleteAsync(delete, cancellationToken),
        TruncateMessage truncate => TruncateAsync(truncate, cancellationToken),
        LogicalDecodingMessage logical => LogicalAsync(logical, cancellationToken),
        _ => Task.CompletedTask, // types and origins: the catalogue tells the former, Debezium ignores the latter without filters
    };

    private Task BeginAsync(BeginMessage message, CancellationToken cancellationToken)
    {
        var open = new OpenTransaction(
            message.TransactionXid, (ulong)message.TransactionFinalLsn, Utc(message.TransactionCommitTimestamp));
        _open = open;
        return records.BeginAsync(open.Id, (ulong)message.WalStart, open.CommitTime, open.FinalLsn, cancellationToken);
    }

    private async Task CommitAsync(CommitMessage message, CancellationToken cancellationToken)
    {
        var open = Open();
        var end = (ulong)message.TransactionEndLsn;
        await records.EndAsync(open.Id, end, open.CommitTime, open.FinalLsn, cancellationToken);
        if (records.LastPosition == open.FinalLsn)
            confirmation.Emitted(open.FinalLsn, end);
        _lastCommit = end;
        _open = null;
    }

    private async Task RelationAsync(RelationMessage message, CancellationToken cancellationToken)
    {
        var name = new TableName(message.Namespace, message.RelationName);
        if (!options.Tables.Captures(name))
        {
            _tables[message.RelationId] = null;
            return;
        }
        var columns = new List<RelationColumn>(message.Columns.Count);
        foreach (var column in message.Columns)
        {
            columns.Add(new RelationColumn(
                column.ColumnName,
                await catalog.TypeAsync(column.DataTypeId, column.TypeModifier, cancellationToken),
                column.Flags == RelationMessage.Column.ColumnFlags.PartOfKey));
        }
        var shape = shapes.OfRelation(name, columns, await catalog.TableAsync(name, cancellationToken));
        _tables[message.RelationId] = shape;
        var schema = shape.Envelope.ToSchemaJson();
        if (_schemas.TryGetValue(name, out var known) && known != schema)
            events.Report(new ConnectorEvent(ConnectorEventKind.SchemaChanged, $"{name}: columns changed; a new schema follows."));
        _schemas[name] = schema;
    }

    private async Task InsertAsync(InsertMessage message, CancellationToken cancellationToken)
    {
        if (Shape(message.Relation) is not { } table)
            return;
        var texts = await TupleText.ReadAsync(message.NewRow, null, cancellationToken);
        await records.InsertAsync(table, table.Row(texts), Source(message), cancellationToken);
        if (table.Name == options.SignalTable && texts is [{ } id, { } type, { } data, ..]) Signalled?.Invoke(new TableSignal(id, type, data));
    }

    private async Task UpdateAsync(UpdateMessage message, CancellationToken cancellationToken)
    {
        if (Shape(message.Relation) is not { } table)
            return;
        var (before, old) = message switch
        {
            FullUpdateMessage full => await TupleText.ReadAsync(full.OldRow, null, cancellationToken) is var texts ? (texts, texts) : default,
            IndexUpdateMessage index => (await TupleText.ReadAsync(index.Key, null, cancellationToken), null),
            _ => (null, (string?[]?)null),
        };
        var after = await TupleText.ReadAsync(message.NewRow, old, cancellationToken);
        await records.UpdateAsync(table, before is null ? null : table.Row(before), table.Row(after), Source(message), cancellationToken);
    }

    private async Task DeleteAsync(DeleteMessage message, CancellationToken cancellationToken)
    {
        if (Shape(message.Relation) is not { } table)
            return;
        var tuple = message switch
        {
            FullDeleteMessage full => full.OldRow,
            KeyDeleteMessage key => key.Key,
            _ => throw new ConnectorException($"{table.Name}: a delete of unknown kind {message.GetType().Name}."),
        };
        var before = table.Row(await TupleText.ReadAsync(tuple, null, cancellationToken));
        await records.DeleteAsync(table, before, Source(message), cancellationToken);
    }

    private async Task TruncateAsync(TruncateMessage message, CancellationToken cancellationToken)
    {
        foreach (var relation in message.Relations)
        {
            if (Shape(relation) is { } table)
                await records.TruncateAsync(table, Source(message), cancellationToken);
        }
    }

    private async Task LogicalAsync(LogicalDecodingMessage message, CancellationToken cancellationToken)
    {
        var content = new MemoryStream();
        await message.Data.CopyToAsync(content, cancellationToken);
        var lsn = (ulong)message.WalStart;
        if (_open is not null)
        {
            await records.MessageAsync(message.Prefix, content.ToArray(), Source(message), cancellationToken);
            return;
        }
        await records.MessageAsync(
            message.Prefix, content.ToArray(), new ChangeSource(time.GetUtcNow(), _lastCommit, lsn, null, lsn), cancellationToken);
        confirmation.Emitted(lsn, lsn + 1);
    }

    private TableShape? Shape(RelationMessage relation) => _tables.TryGetValue(relation.RelationId, out var shape)
        ? shape
        : throw new ConnectorException($"{relation.Namespace}.{relation.RelationName}: a change came before its relation was announced.");

    private ChangeSource Source(PgOutputReplicationMessage message)
    {
        var open = Open();
        return new ChangeSource(open.CommitTime, _lastCommit, (ulong)message.WalStart, open.Id, open.FinalLsn);
    }

    private OpenTransaction Open() => _open
        ?? throw new ConnectorException("The replication stream sent a change outside a transaction; is the server older than PostgreSQL 12?");

    private static DateTimeOffset Utc(DateTime time) => new(DateTime.SpecifyKind(time, DateTimeKind.Utc));
}
