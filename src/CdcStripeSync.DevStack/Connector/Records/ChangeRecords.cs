using CdcStripeSync.DevStack.Connector.Schemas;
using CdcStripeSync.DevStack.Connector.Tables;

namespace CdcStripeSync.DevStack.Connector.Records;

/// <summary>Turns what happened in the database into Debezium's records and hands them to the sink, in order.</summary>
internal sealed class ChangeRecords(
    ConnectorOptions options, IRecordSink sink, WireEncoder encoder, ContextHeaders headers, TimeProvider time)
{
    private const string Version = "3.5.0.Final";

    // What Debezium 3.5 writes as the data collection of a logical message: a Java object's default text (recorded: shop-default-identity).
    private const string MessageCollection =
        "io.debezium.connector.postgresql.LogicalDecodingMessageMonitor$LogicalDecodingMessageId@0";

    private readonly TransactionOrder _order = new();

    /// <summary>The position of the newest record appended.</summary>
    public ulong LastPosition { get; private set; }

    public Task SnapshotRowAsync(TableShape table, object?[] row, ChangeSource source, CancellationToken cancellationToken) =>
        EmitAsync(table, table.KeyOf(row), "r", null, row, source, null, headers.Plain, cancellationToken);

    public Task InsertAsync(TableShape table, object?[] row, ChangeSource source, CancellationToken cancellationToken) =>
        ChangeAsync(table, table.KeyOf(row), "c", null, row, source, headers.Plain, cancellationToken);

    /// <param name="before">The old row as far as it was sent: null without a key change under REPLICA IDENTITY DEFAULT.</param>
    public async Task UpdateAsync(TableShape table, object?[]? before, object?[] after, ChangeSource source, CancellationToken cancellationToken)
    {
        var newKey = table.KeyOf(after);
        var oldKey = before is null ? newKey : table.KeyOf(before);
        if (newKey is null || oldKey is null || SameKey(oldKey, newKey))
        {
            await ChangeAsync(table, newKey, "u", before, after, source, headers.Plain, cancellationToken);
            return;
        }
        var moved = headers.WithNewKey(KeyJson.Of(table, newKey));
        await ChangeAsync(table, oldKey, "d", before, null, source, moved, cancellationToken);
        await TombstoneAsync(table, oldKey, source, moved, cancellationToken);
        await ChangeAsync(table, newKey, "c", null, after, source, headers.WithOldKey(KeyJson.Of(table, oldKey)), cancellationToken);
    }

    public async Task DeleteAsync(TableShape table, object?[] before, ChangeSource source, CancellationToken cancellationToken)
    {
        var key = table.KeyOf(before);
        await ChangeAsync(table, key, "d", before, null, source, headers.Plain, cancellationToken);
        await TombstoneAsync(table, key, source, headers.Plain, cancellationToken);
    }

    public Task TruncateAsync(TableShape table, ChangeSource source, CancellationToken cancellationToken) =>
        ChangeAsync(table, null, "t", null, null, source, headers.Plain, cancellationToken);

    public async Task MessageAsync(string prefix, byte[] content, ChangeSource source, CancellationToken cancellationToken)
    {
        var block = Block(MessageCollection, source);
        var topic = options.MessageTopic;
        object?[] value = ["m", EpochTime.Milliseconds(time.GetUtcNow()), SourceOf("", "", source), block, new object?[] { prefix, content }];
        await AppendAsync(
            topic, await encoder.KeyAsync(topic, MessageSchema.Key, new object?[] { prefix }, cancellationToken),
            await encoder.ValueAsync(topic, MessageSchema.Value, value, cancellationToken), [], source.Position, cancellationToken);
    }

    public Task BeginAsync(long transactionId, ulong lsn, DateTimeOffset commitTime, ulong position, CancellationToken cancellationToken)
    {
        _order.Reset();
        return TransactionAsync("BEGIN", $"{transactionId}:{lsn}", null, null, commitTime, position, cancellationToken);
    }

    public Task EndAsync(long transactionId, ulong lsn, DateTimeOffset commitTime, ulong position, CancellationToken cancellationToken)
    {
        object?[] collections = [.. _order.Collections.Select(c => new object?[] { c.Key, c.Value })];
        return TransactionAsync("END", $"{transactionId}:{lsn}", _order.Total, collections, commitTime, position, cancellationToken);
    }

    public async Task HeartbeatAsync(CancellationToken cancellationToken)
    {
        var topic = options.HeartbeatTopic;
        object?[] key = [options.TopicPrefix];
        object?[] value = [EpochTime.Milliseconds(time.GetUtcNow())];
        await AppendAsync(
            topic, await encoder.KeyAsync(topic, HeartbeatSchema.Key, key, cancellationToken),
            await encoder.ValueAsync(topic, HeartbeatSchema.Value, value, cancellationToken), [], LastPosition, cancellationToken);
    }

    private async Task TransactionAsync(
        string status, string id, long? count, object?[]? collections, DateTimeOffset commitTime, ulong position, CancellationToken cancellationToken)
    {
        if (!options.TransactionMetadata)
            return;
        var topic = options.TransactionTopic;
        object?[] value = [status, id, count, collections, EpochTime.Milliseconds(commitTime)];
        await AppendAsync(
            topic, await encoder.KeyAsync(topic, TransactionSchema.Key, new object?[] { id }, cancellationToken),
            await encoder.ValueAsync(topic, TransactionSchema.Value, value, cancellationToken), [], position, cancellationToken);
    }

    private Task ChangeAsync(
        TableShape table, object?[]? key, string op, object?[]? before, object?[]? after, ChangeSource source,
        IReadOnlyList<OutgoingHeader> recordHeaders, CancellationToken cancellationToken) =>
        options.SkippedOperations.Contains(op)
            ? Task.CompletedTask
            : EmitAsync(table, key, op, before, after, source, Block(table.Name.ToString(), source), recordHeaders, cancellationToken);

    private async Task EmitAsync(
        TableShape table, object?[]? key, string op, object?[]? before, object?[]? after, ChangeSource source, object?[]? block,
        IReadOnlyList<OutgoingHeader> recordHeaders, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        object?[] envelope =
        [
            before, after, SourceOf(table.Name.Schema, table.Name.Table, source), block, op,
            EpochTime.Milliseconds(now), EpochTime.Microseconds(now), EpochTime.Nanoseconds(now),
        ];
        await AppendAsync(
            table.Topic, await KeyBytesAsync(table, key, cancellationToken),
            await encoder.ValueAsync(table.Topic, table.Envelope, envelope, cancellationToken),
            recordHeaders, source.Position, cancellationToken);
    }

    private async Task TombstoneAsync(
        TableShape table, object?[]? key, ChangeSource source, IReadOnlyList<OutgoingHeader> recordHeaders, CancellationToken cancellationToken)
    {
        if (options.TombstonesOnDelete && key is not null && !options.SkippedOperations.Contains("d"))
            await AppendAsync(table.Topic, await KeyBytesAsync(table, key, cancellationToken), null, recordHeaders, source.Position, cancellationToken);
    }

    private async Task<byte[]?> KeyBytesAsync(TableShape table, object?[]? key, CancellationToken cancellationToken) =>
        key is null ? null : await encoder.KeyAsync(table.Topic, table.KeySchema!, key, cancellationToken);

    private Task AppendAsync(
        string topic, byte[]? key, byte[]? value, IReadOnlyList<OutgoingHeader> recordHeaders, ulong position, CancellationToken cancellationToken)
    {
        LastPosition = Math.Max(LastPosition, position);
        return sink.AppendAsync(new OutgoingRecord(topic, null, key, value, recordHeaders, time.GetUtcNow(), position), cancellationToken);
    }

    private object?[]? Block(string collection, ChangeSource source) =>
        options.TransactionMetadata && source.TransactionId is { } id ? _order.Next(collection, id, source.Lsn) : null;

    private object?[] SourceOf(string schema, string table, ChangeSource source) =>
    [
        Version, "postgresql", options.TopicPrefix, EpochTime.Milliseconds(source.CommitTime), source.Snapshot, options.Database,
        source.LastCommit is { } last ? $"[\"{last}\",\"{source.Lsn}\"]" : $"[null,\"{source.Lsn}\"]",
        EpochTime.Microseconds(source.CommitTime), EpochTime.Nanoseconds(source.CommitTime), schema, table,
        source.TransactionId, source.Snapshot == ChangeSource.Incremental ? null : (long)source.Lsn, null, null, null,
    ];

    private static bool SameKey(object?[] left, object?[] right) => left.Zip(right).All(pair =>
        pair.First is byte[] a && pair.Second is byte[] b ? a.AsSpan().SequenceEqual(b) : Equals(pair.First, pair.Second));
}
