using CdcStripeSync.App.Dev;
using CdcStripeSync.Connect.Agreement;
using CdcStripeSync.Core.Mapping;
using Npgsql;

namespace CdcStripeSync.App.Demo;

/// <summary>The run's schema in the configured product database.</summary>
internal sealed class ExternalDatabase : IAsyncDisposable
{
    private readonly ExternalNames _names;

    public ExternalDatabase(string connectionString, ExternalNames names)
    {
        _names = names;
        Source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(connectionString) { SearchPath = names.Run, MaxPoolSize = 5 });
    }

    public NpgsqlDataSource Source { get; }

    /// <summary>The sample's tables and rows, and a publication of them.</summary>
    public async Task CreateAsync(Mapping mapping, CancellationToken cancellationToken)
    {
        await ExecuteAsync($"CREATE SCHEMA {_names.Run}", cancellationToken);
        await ScriptAsync(await File.ReadAllTextAsync(Path.Combine(Shipped.Samples, "schema.sql"), cancellationToken), cancellationToken);
        await ScriptAsync(ExternalSetup.Sql(await File.ReadAllTextAsync(Path.Combine(Shipped.Samples, "seed.sql"), cancellationToken), _names), cancellationToken);
        // The connector's user is not known here.
        await ExecuteAsync($"GRANT USAGE ON SCHEMA {_names.Run} TO PUBLIC; GRANT SELECT ON ALL TABLES IN SCHEMA {_names.Run} TO PUBLIC", cancellationToken);
        await ScriptAsync(string.Join('\n', SourceSql.Postgres(mapping, null, _names.Run, null).Split('\n').Where(l => !l.StartsWith("--", StringComparison.Ordinal))), cancellationToken);
    }

    public async Task ExecuteAsync(string sql, CancellationToken cancellationToken)
    {
        await using var command = Source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public async Task RemoveAsync(CancellationToken cancellationToken)
    {
        await ExecuteAsync($"DROP PUBLICATION IF EXISTS {_names.Run}", cancellationToken);
        await ExecuteAsync($"DROP SCHEMA IF EXISTS {_names.Run} CASCADE", cancellationToken);
    }

    /// <summary>The connection of the connector that is gone holds the slot for a moment longer.</summary>
    public async Task DropSlotAsync(CancellationToken cancellationToken)
    {
        for (var i = 0; ; i++)
        {
            try
            {
                await ExecuteAsync($"SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = '{_names.Run}'", cancellationToken);
                return;
            }
            catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.ObjectInUse && i < 40)
            {
                await Task.Delay(250, cancellationToken);
            }
        }
    }

    public ValueTask DisposeAsync() => Source.DisposeAsync();

    private async Task ScriptAsync(string script, CancellationToken cancellationToken)
    {
        foreach (var statement in SqlScript.Statements(script)) await ExecuteAsync(statement, cancellationToken);
    }
}
