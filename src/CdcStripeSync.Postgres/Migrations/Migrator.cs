using Npgsql;

namespace CdcStripeSync.Postgres.Migrations;

/// <summary>Brings the store's schema to this program's version: everything in one transaction, one instance at a time.</summary>
internal sealed class Migrator(NpgsqlDataSource source, string schema, IReadOnlyList<Migration> migrations)
{
    /// <returns>How many migrations were applied.</returns>
    /// <exception cref="StoreSchemaException">The store is newer than the program, or a migration that was applied has changed since.</exception>
    public async Task<int> MigrateAsync(CancellationToken cancellationToken)
    {
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using (var alone = Command(connection, "select pg_advisory_xact_lock(hashtextextended($1, 0))"))
        {
            alone.Parameters.Add(new NpgsqlParameter<string> { TypedValue = "cdc-stripe store " + schema });
            await alone.ExecuteNonQueryAsync(cancellationToken);
        }

        await PrepareAsync(connection, cancellationToken);
        var applied = await AppliedAsync(connection, cancellationToken);
        Refuse(applied);
        var missing = migrations.Where(m => !applied.ContainsKey(m.Version)).ToList();
        foreach (var migration in missing) await ApplyAsync(connection, migration, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return missing.Count;
    }

    /// <summary>Changes nothing.</summary>
    /// <returns>How many migrations a run would apply; null where there is no store yet.</returns>
    /// <exception cref="StoreSchemaException">As of <see cref="MigrateAsync"/>.</exception>
    public async Task<int?> MissingAsync(CancellationToken cancellationToken)
    {
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        if (!(await ThereAsync(connection, cancellationToken)).Table) return null;
        var applied = await AppliedAsync(connection, cancellationToken);
        Refuse(applied);
        return migrations.Count(m => !applied.ContainsKey(m.Version));
    }

    private async Task PrepareAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        // "if not exists" asks for the right to create even where nothing is to be created: a role without it may use a prepared schema.
        var (hasSchema, hasTable) = await ThereAsync(connection, cancellationToken);
        if (!hasSchema) await RunAsync(connection, $"create schema {Quote(schema)}", cancellationToken);
        if (hasTable) return;
        await RunAsync(
            connection,
            $"create table {Quote(schema)}.migrations (version integer primary key, name text not null, checksum text not null, applied_at timestamptz not null default now())",
            cancellationToken);
    }

    private async Task<(bool Schema, bool Table)> ThereAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var find = new NpgsqlCommand("select to_regnamespace($1) is not null, to_regclass($2) is not null", connection);
        find.Parameters.Add(new NpgsqlParameter<string> { TypedValue = Quote(schema) });
        find.Parameters.Add(new NpgsqlParameter<string> { TypedValue = Quote(schema) + ".migrations" });
        await using var reader = await find.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return (reader.GetBoolean(0), reader.GetBoolean(1));
    }

    private static async Task<Dictionary<int, (string Name, string Checksum)>> AppliedAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var applied = new Dictionary<int, (string, string)>();
        await using var command = new NpgsqlCommand("select version, name, checksum from migrations order by version", connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken)) applied.Add(reader.GetInt32(0), (reader.GetString(1), reader.GetString(2)));
        return applied;
    }

    private void Refuse(Dictionary<int, (string Name, string Checksum)> applied)
    {
        var known = migrations.ToDictionary(m => m.Version);
        foreach (var (version, (name, checksum)) in applied)
        {
            if (!known.TryGetValue(version, out var migration))
            {
                throw new StoreSchemaException(
                    $"the state store (schema {schema}) has migration {name}, which this program does not know (its newest is {migrations[^1].Name}): run the newer program, or another store");
            }

            if (migration.Checksum != checksum)
            {
                throw new StoreSchemaException(
                    $"migration {migration.Name} of the state store (schema {schema}) was applied with other content than this program has: run the program that made the store, or another store");
            }
        }
    }

    private static async Task ApplyAsync(NpgsqlConnection connection, Migration migration, CancellationToken cancellationToken)
    {
        await RunAsync(connection, migration.Sql, cancellationToken);
        await using var note = Command(connection, "insert into migrations (version, name, checksum) values ($1, $2, $3)");
        note.Parameters.Add(new NpgsqlParameter<int> { TypedValue = migration.Version });
        note.Parameters.Add(new NpgsqlParameter<string> { TypedValue = migration.Name });
        note.Parameters.Add(new NpgsqlParameter<string> { TypedValue = migration.Checksum });
        await note.ExecuteNonQueryAsync(cancellationToken);
    }

    private static async Task RunAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = Command(connection, sql);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>As long as it takes, and as another instance's takes that is waited for: an index on a large table would be begun anew at every start.</summary>
    private static NpgsqlCommand Command(NpgsqlConnection connection, string sql) => new(sql, connection) { CommandTimeout = 0 };

    private static string Quote(string name) => $"\"{name}\"";
}
