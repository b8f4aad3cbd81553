using CdcStripeSync.Pipeline.Ports;
using Npgsql;

namespace CdcStripeSync.Postgres.Tables;

/// <summary>Steps that the breadth limit let pass, and whose effect the audit does not have yet.</summary>
internal static class BreadthPassesTable
{
    /// <summary>One row: how many count, and the numbers, from 1, of the asked that are held.</summary>
    public static NpgsqlBatchCommand Pass(string resource, string kind, IReadOnlyList<BreadthAsk> asks, long allowance, DateTimeOffset since, DateTimeOffset now) =>
        Statement.Of("select passed, held from pass_breadth($1, $2, $3, $4, $5, $6, $7, $8, $9)").Text(resource).Text(kind)
            .Texts(asks, a => a.Entity.Table.Schema).Texts(asks, a => a.Entity.Table.Name).Texts(asks, a => a.Entity.Key).Flags(asks, a => a.Approved)
            .Long(allowance).Time(since).Time(now);

    /// <summary>Their effects stand in the audit.</summary>
    public static NpgsqlBatchCommand Delete(IReadOnlyList<AuditEntry> effects) => Statement.Of("""
        delete from breadth_passes p using unnest($1, $2, $3, $4, $5) as a(resource, table_schema, table_name, key, kind)
        where p.resource = a.resource and p.kind = a.kind and p.table_schema = a.table_schema and p.table_name = a.table_name and p.key = a.key
        """).Keys(effects, a => a.Entity).Texts(effects, a => a.Kind);
}
