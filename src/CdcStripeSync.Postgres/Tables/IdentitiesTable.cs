using CdcStripeSync.Core.Mapping;
using Npgsql;

namespace CdcStripeSync.Postgres.Tables;

internal static class IdentitiesTable
{
    /// <summary>Another identity takes a resource's place only while none of its rows is kept.</summary>
    public static NpgsqlBatchCommand Keep(RowIdentity identity) => Statement.Of("""
        insert into identities (resource, "from", key, stripe_id) values ($1, $2, $3, $4)
        on conflict (resource) do update set "from" = excluded."from", key = excluded.key, stripe_id = excluded.stripe_id
        where not exists (select 1 from entities where entities.resource = excluded.resource)
        """).Text(identity.Resource).Text(identity.From).Text(identity.Key).Text(identity.StripeId);

    public static NpgsqlBatchCommand Of(IReadOnlyCollection<RowIdentity> identities) => Statement.Of("""
        select resource, "from", key, stripe_id from identities where resource = any($1) order by resource
        """).Texts([.. identities], i => i.Resource);

    /// <summary>Of resources whose rows are kept: another identity would not take these places.</summary>
    public static NpgsqlBatchCommand Kept(IReadOnlyCollection<RowIdentity> identities) => Statement.Of("""
        select resource, "from", key, stripe_id from identities i
        where resource = any($1) and exists (select 1 from entities e where e.resource = i.resource) order by resource
        """).Texts([.. identities], i => i.Resource);

    public static RowIdentity Read(NpgsqlDataReader reader) => new(reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.GetString(3));
}
