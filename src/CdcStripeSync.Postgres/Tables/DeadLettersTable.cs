using System.Collections.Immutable;
using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.State;
using CdcStripeSync.Pipeline.Ports;
using Npgsql;

namespace CdcStripeSync.Postgres.Tables;

internal static class DeadLettersTable
{
    private const string Columns = """
        d.id, d.topic, d.partition, d.record_offset, d.record_time, d.record_key, d.record_value, d.headers,
        d.resource, d.table_schema, d.table_name, d.key, d.error, d.hint, d.position, d.attempts, d.mapping_fingerprint, d.at, d.state, d.outcome
        """;

    /// <summary>A letter of the same record and entity is one letter: the newest word on it stands, its id stays.</summary>
    public static NpgsqlBatchCommand Upsert(ImmutableArray<DeadLetter> letters)
    {
        var rows = letters.LastOf(d => (d.Record.Origin, d.Record.Timestamp, d.Entity), d => $"{d.Record.Origin}\n{d.Record.Timestamp}\n{d.Entity}");
        return Statement.Of("""
            insert into dead_letters (
                topic, partition, record_offset, record_time, record_key, record_value, headers, resource, table_schema, table_name, key,
                error, hint, position, attempts, mapping_fingerprint, at)
            select n.topic, n.partition, n.record_offset, n.record_time, n.record_key, n.record_value, n.headers::jsonb,
                n.resource, n.table_schema, n.table_name, n.key, n.error, n.hint, n.position, n.attempts, n.mapping_fingerprint, n.at
            from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17) as n(
                topic, partition, record_offset, record_time, record_key, record_value, headers, resource, table_schema, table_name, key,
                error, hint, position, attempts, mapping_fingerprint, at)
            on conflict (topic, partition, record_offset, record_time, coalesce(resource, ''), coalesce(table_schema, ''), coalesce(table_name, ''), coalesce(key, ''))
            do update set error = excluded.error, hint = excluded.hint, position = excluded.position, attempts = excluded.attempts,
                mapping_fingerprint = excluded.mapping_fingerprint, at = excluded.at,
                state = case when dead_letters.state = 2 then 2 else 0 end
            """)
            .Texts(rows, d => d.Record.Origin.Topic)
            .Integers(rows, d => d.Record.Origin.Partition)
            .Longs(rows, d => d.Record.Origin.Offset)
            .Longs(rows, d => d.Record.Timestamp)
            .Bytes(rows, d => d.Record.Key?.ToArray())
            .Bytes(rows, d => d.Record.Value?.ToArray())
            .Texts(rows, d => StoredJson.OfHeaders(d.Record.Headers))
            .Keys(rows, d => d.Entity)
            .Texts(rows, d => StoredText.Plain(d.Error))
            .Texts(rows, d => StoredText.Plain(d.Hint))
            .Texts(rows, d => d.Position)
            .Integers(rows, d => d.Attempts)
            .Texts(rows, d => d.MappingFingerprint)
            .Times(rows, d => d.At);
    }

    private const string Filtered = """
        ($1 = '{}' or d.state = any($1)) and ($2::bigint[] is null or d.id = any($2)) and ($3 is null or d.resource = $3)
        and ($4 is null or d.table_schema || '.' || d.table_name = $4 or d.topic = $4)
        and ($5 is null or position(lower($5) in lower(d.error)) > 0) and ($6 is null or d.at < $6) and ($7::bigint is null or d.id > $7)
        """;

    public static NpgsqlBatchCommand List(LetterFilter filter, int limit)
    {
        var order = filter.InOrder ? "d.topic, d.partition, d.record_offset, d.id" : filter.AfterId is null ? "d.id desc" : "d.id";
        var state = filter.States.Count == 1 ? $" and d.state = {(int)filter.States.First()}" : ""; // as a constant: the index holds the letters of one state only
        var behind = filter.After is null ? "" : " and (d.topic, d.partition, d.record_offset, d.id) > ($9, $10, $11, $12)";
        var list = Filter(Statement.Of($"select {Columns} from dead_letters d where {Filtered}{state}{behind} order by {order} limit $8"), filter).Integer(limit);
        return filter.After is { Record: var record, Id: var id } ? list.Text(record.Topic).Integer(record.Partition).Long(record.Offset).Long(id) : list;
    }

    public static NpgsqlBatchCommand Count(LetterFilter filter) => Filter(Statement.Of($"select count(*)::integer from dead_letters d where {Filtered}"), filter);

    /// <summary>Letters of which not even the row could be told, and that are not closed (2).</summary>
    public static NpgsqlBatchCommand CountUntold(string topic, long since) =>
        Statement.Of("select count(*)::integer from dead_letters where state < 2 and topic = $1 and resource is null and record_time >= $2").Text(topic).Long(since);

    /// <summary>Answers how many; the controls' revision grows, so that every instance looks again.</summary>
    public static NpgsqlBatchCommand Mark(LetterFilter filter, LetterState state, string outcome) => Filter(Statement.Of($"""
        with marked as (update dead_letters d set state = $8, outcome = $9 where {Filtered} returning 1),
            told as (update controls set revision = revision + 1)
        select count(*)::integer from marked
        """), filter).Integer((int)state).Text(StoredText.Plain(outcome));

    private static NpgsqlBatchCommand Filter(NpgsqlBatchCommand statement, LetterFilter filter) => statement
        .Integers([.. filter.States], s => (int)s)
        .LongsOrNull(filter.Ids)
        .Text(filter.Resource).Text(filter.Table).Text(filter.Error).TimeOrNull(filter.Before).Long(filter.AfterId);

    public static DeadLetter Read(NpgsqlDataReader reader) => new(
        reader.GetInt64(0),
        new SourceRecord(
            new RecordOrigin(reader.GetString(1), reader.GetInt32(2), reader.GetInt64(3)), reader.GetInt64(4), Bytes(reader, 5), Bytes(reader, 6),
            StoredJson.ToHeaders(reader.GetString(7))),
        reader.IsDBNull(8) ? (EntityKey?)null : reader.Key(8),
        reader.GetString(12), reader.GetString(13), reader.TextOrNull(14), reader.GetInt32(15), reader.GetString(16), reader.Time(17))
    {
        State = (LetterState)reader.GetInt16(18),
        Outcome = reader.GetString(19),
    };

    private static ReadOnlyMemory<byte>? Bytes(NpgsqlDataReader reader, int at) =>
        reader.IsDBNull(at) ? (ReadOnlyMemory<byte>?)null : reader.GetFieldValue<byte[]>(at);
}
