using System.Collections.Immutable;
using CdcStripeSync.Core.State;
using Npgsql;

namespace CdcStripeSync.Postgres.Tables;

internal static class ParkedTable
{
    private const string Columns = "p.resource, p.table_schema, p.table_name, p.key, p.reason, p.waits_for, p.message, p.hint, p.since, p.approved";

    /// <summary>A row that the breadth limit holds anew, with other numbers, stays approved: the operator may have spoken since it was decided on.
    /// A release from any other reason is one more try, and this is what came of one.</summary>
    public static NpgsqlBatchCommand Upsert(ImmutableArray<ParkedRow> parked)
    {
        var rows = parked.LastOf(p => p.Key, p => p.Key.ToString());
        return Statement.Of($"""
            insert into parked (resource, table_schema, table_name, key, reason, waits_for, message, hint, since, approved)
            select * from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
            on conflict (table_schema, table_name, key, resource) do update set
                reason = excluded.reason, waits_for = excluded.waits_for, message = excluded.message, hint = excluded.hint,
                since = excluded.since,
                approved = excluded.approved or (parked.approved and parked.reason = {(int)ParkReason.Breadth} and excluded.reason = {(int)ParkReason.Breadth})
            """)
            .Keys(rows, p => p.Key)
            .Integers(rows, p => (int)p.Reason)
            .Texts(rows, p => p.WaitsFor)
            .Texts(rows, p => StoredText.Plain(p.Message))
            .Texts(rows, p => StoredText.Plain(p.Hint))
            .Times(rows, p => p.Since)
            .Flags(rows, p => p.Approved);
    }

    public static NpgsqlBatchCommand Delete(ImmutableArray<EntityKey> keys)
    {
        var rows = keys.LastOf(k => k, k => k.ToString());
        return Statement.Of("""
            delete from parked p using unnest($1, $2, $3, $4) as k(resource, table_schema, table_name, key)
            where p.table_schema = k.table_schema and p.table_name = k.table_name and p.key = k.key and p.resource = k.resource
            """).Keys(rows, k => k);
    }

    public static NpgsqlBatchCommand Load(IReadOnlyList<EntityKey> keys) => Statement.Of($"""
        select {Columns} from unnest($1, $2, $3, $4) as k(resource, table_schema, table_name, key)
        join parked p on p.table_schema = k.table_schema and p.table_name = k.table_name and p.key = k.key and p.resource = k.resource
        """).Keys(keys, k => k);

    /// <summary>Longest waiting first.</summary>
    public static NpgsqlBatchCommand Waiters(IReadOnlyCollection<string> waitsFor) => Statement
        .Of($"select {Columns} from parked p where p.waits_for = any($1) and p.waits_for <> '' order by p.since, p.table_schema, p.table_name, p.key, p.resource")
        .Texts([.. waitsFor], w => w);

    /// <summary>Longest waiting first.</summary>
    public static NpgsqlBatchCommand List(ParkReason? reason, int limit) => reason is { } only
        ? Statement.Of($"select {Columns} from parked p where p.reason = $1 order by p.since, p.table_schema, p.table_name, p.key, p.resource limit $2").Integer((int)only).Integer(limit)
        : Statement.Of($"select {Columns} from parked p order by p.since, p.table_schema, p.table_name, p.key, p.resource limit $1").Integer(limit);

    public static NpgsqlBatchCommand Counts() => Statement.Of("select p.reason, count(*)::integer from parked p group by p.reason");

    /// <summary>Answers how many; the controls' revision grows, so that every instance looks again.</summary>
    public static NpgsqlBatchCommand Approve(ParkReason reason, string? resource) => Statement.Of("""
        with approved as (update parked set approved = true where reason = $1 and ($2 is null or resource = $2) returning 1),
            told as (update controls set revision = revision + 1)
        select count(*)::integer from approved
        """).Integer((int)reason).Text(resource);

    public static NpgsqlBatchCommand Release(IReadOnlyList<EntityKey> keys) => Statement.Of("""
        with released as (
            update parked p set approved = true from unnest($1, $2, $3, $4) as k(resource, table_schema, table_name, key)
            where p.table_schema = k.table_schema and p.table_name = k.table_name and p.key = k.key and p.resource = k.resource returning 1),
            told as (update controls set revision = revision + 1)
        select count(*)::integer from released
        """).Keys(keys, k => k);

    public static ParkedRow Read(NpgsqlDataReader reader) => new(
        reader.Key(0), (ParkReason)reader.GetInt16(4), reader.GetString(5), reader.GetString(6), reader.GetString(7), reader.Time(8), reader.GetBoolean(9));
}
