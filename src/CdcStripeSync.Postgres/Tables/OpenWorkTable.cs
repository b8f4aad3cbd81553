using CdcStripeSync.Core.State;
using Npgsql;

namespace CdcStripeSync.Postgres.Tables;

/// <summary>The keys of entities with an open intent or succession, beside <see cref="EntitiesTable"/> so that its rows are rewritten without touching an index.</summary>
internal static class OpenWorkTable
{
    /// <summary>What goes with the entities, in the same transaction.</summary>
    public static IEnumerable<NpgsqlBatchCommand> Of(IEnumerable<EntityState> entities)
    {
        var isOpen = entities.ToLookup(e => e.Intent is not null || e.Succession is not null, e => e.Key);
        if (isOpen[true].ToList() is { Count: > 0 } open) yield return Insert(open);
        if (isOpen[false].ToList() is { Count: > 0 } done) yield return Delete(done);
    }

    private static NpgsqlBatchCommand Insert(IReadOnlyList<EntityKey> keys) => Statement.Of("""
        insert into open_work (resource, table_schema, table_name, key) select * from unnest($1, $2, $3, $4) on conflict do nothing
        """).Keys(keys, k => k);

    private static NpgsqlBatchCommand Delete(IReadOnlyList<EntityKey> keys) => Statement.Of("""
        delete from open_work o using unnest($1, $2, $3, $4) as k(resource, table_schema, table_name, key)
        where o.table_schema = k.table_schema and o.table_name = k.table_name and o.key = k.key and o.resource = k.resource
        """).Keys(keys, k => k);
}
