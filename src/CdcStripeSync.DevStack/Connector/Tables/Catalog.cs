using CdcStripeSync.DevStack.Connector.Columns;
using Npgsql;

namespace CdcStripeSync.DevStack.Connector.Tables;

/// <summary>Reads tables, columns, keys and types from PostgreSQL's catalogue.</summary>
internal sealed class Catalog(NpgsqlDataSource database)
{
    private const string TablesSql = """
        SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind IN ('r', 'p') AND c.relpersistence = 'p' AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\_%'
        """;

    private const string ColumnsSql = """
        SELECT a.attname, a.attnotnull, pg_get_expr(d.adbin, d.adrelid), a.atttypid, a.atttypmod
        FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum AND a.attgenerated = ''
        WHERE a.attrelid = to_regclass($1) AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '' ORDER BY a.attnum
        """;

    private const string KeySql = """
        SELECT array_agg(a.attname::text ORDER BY k.place) FROM pg_index i
        CROSS JOIN LATERAL unnest(i.indkey) WITH ORDINALITY AS k(attnum, place)
        JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
        WHERE i.indrelid = to_regclass($1) AND i.indisunique AND i.indisvalid AND i.indpred IS NULL AND i.indexprs IS NULL
          AND k.place <= i.indnkeyatts
        GROUP BY i.indexrelid, i.indisprimary HAVING i.indisprimary OR bool_and(a.attnotnull)
        ORDER BY i.indisprimary DESC, i.indexrelid LIMIT 1
        """;

    private const string TypeSql = """
        SELECT t.typname, t.typtype::text, t.typbasetype, t.typtypmod,
               CASE WHEN t.typcategory = 'A' THEN t.typelem ELSE 0::oid END,
               (SELECT array_agg(e.enumlabel::text ORDER BY e.enumsortorder) FROM pg_enum e WHERE e.enumtypid = t.oid)
        FROM pg_type t WHERE t.oid = $1
        """;

    public async Task<IReadOnlyList<TableName>> TablesAsync(CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(TablesSql);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var tables = new List<TableName>();
        while (await reader.ReadAsync(cancellationToken))
            tables.Add(new TableName(reader.GetString(0), reader.GetString(1)));
        return tables;
    }

    /// <summary>The table as it is now; without columns when it is gone.</summary>
    public async Task<CatalogTable> TableAsync(TableName table, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var rows = new List<(string Name, bool NotNull, string? Default, uint Type, int Modifier)>();
        await using (var command = Command(connection, ColumnsSql, table))
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
        {
            while (await reader.ReadAsync(cancellationToken))
            {
                rows.Add((
                    reader.GetString(0), reader.GetBoolean(1), reader.IsDBNull(2) ? null : reader.GetString(2),
                    reader.GetFieldValue<uint>(3), reader.GetInt32(4)));
            }
        }
        var columns = new List<CatalogColumn>(rows.Count);
        foreach (var row in rows)
        {
            if (await TypeAsync(connection, row.Type, row.Modifier, cancellationToken) is { } type)
                columns.Add(new CatalogColumn(row.Name, row.NotNull, row.Default, type));
        }
        await using var key = Command(connection, KeySql, table);
        return new CatalogTable(table, columns, await key.ExecuteScalarAsync(cancellationToken) as string[] ?? []);
    }

    /// <summary>Null when the type is gone.</summary>
    public async Task<PostgresType?> TypeAsync(uint oid, int modifier, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await TypeAsync(connection, oid, modifier, cancellationToken);
    }

    private static async Task<PostgresType?> TypeAsync(NpgsqlConnection connection, uint oid, int modifier, CancellationToken cancellationToken)
    {
        string name, kind;
        uint basis, element;
        int basisModifier;
        string[]? labels;
        await using (var command = new NpgsqlCommand(TypeSql, connection) { Parameters = { new() { Value = oid, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Oid } } })
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
        {
            if (!await reader.ReadAsync(cancellationToken))
                return null;
            (name, kind) = (reader.GetString(0), reader.GetString(1));
            (basis, basisModifier, element) = (reader.GetFieldValue<uint>(2), reader.GetInt32(3), reader.GetFieldValue<uint>(4));
            labels = reader.IsDBNull(5) ? null : reader.GetFieldValue<string[]>(5);
        }
        if (kind == "d")
            return await TypeAsync(connection, basis, modifier >= 0 ? modifier : basisModifier, cancellationToken);
        if (element != 0)
        {
            return await TypeAsync(connection, element, modifier, cancellationToken) is { } items
                ? new PostgresType(name, modifier, Element: items)
                : null;
        }
        return new PostgresType(name, modifier, labels, IsRange: kind == "r");
    }

    private static NpgsqlCommand Command(NpgsqlConnection connection, string sql, TableName table) =>
        new(sql, connection) { Parameters = { new() { Value = table.Sql } } };
}
