using System.Collections.Immutable;
using CdcStripeSync.Core.Changes;
using Npgsql;

namespace CdcStripeSync.Postgres.Source;

/// <summary>What the source database says of its tables.</summary>
internal sealed class SourceCatalogue(NpgsqlDataSource source)
{
    private const string ColumnsSql = """
        select a.attname, case when arr.is_array then e.typname else b.typname end, (case when arr.is_array then e.typtype else b.typtype end)::text,
            arr.is_array, case when t.typtype = 'd' then t.typtypmod else a.atttypmod end, format_type(a.atttypid, a.atttypmod)
        from pg_class c
        join pg_namespace n on n.oid = c.relnamespace
        join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
        join pg_type t on t.oid = a.atttypid
        join pg_type b on b.oid = case when t.typtype = 'd' then t.typbasetype else t.oid end
        cross join lateral (select b.typcategory = 'A' and b.typelem <> 0 as is_array) arr
        left join pg_type e on e.oid = b.typelem
        where n.nspname = $1 and c.relname = $2 and c.relkind in ('r', 'p')
        order by a.attnum
        """;

    /// <summary>Columns by name; empty where there is no such table.</summary>
    public async Task<ImmutableDictionary<string, SourceColumnType>> ColumnsAsync(TableId table, CancellationToken cancellationToken)
    {
        var columns = ImmutableDictionary.CreateBuilder<string, SourceColumnType>(StringComparer.Ordinal);
        await using var command = source.CreateCommand(ColumnsSql);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = table.Schema });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = table.Name });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            columns[reader.GetString(0)] = new SourceColumnType(reader.GetString(1), reader.GetString(2)[0], reader.GetBoolean(3), reader.GetInt32(4), reader.GetString(5));
        return columns.ToImmutable();
    }
}
