using Npgsql;

namespace CdcStripeSync.DevStack.Connector.Replication;

/// <summary>Creates or adjusts the publication as <c>publication.autocreate.mode</c> says.</summary>
internal sealed class Publications(NpgsqlDataSource database, ConnectorOptions options, IConnectorEvents events)
{
    public async Task EnsureAsync(IReadOnlyList<TableName> tables, CancellationToken cancellationToken)
    {
        var name = TableName.Quote(options.PublicationName);
        var with = options.PublishesViaRoot ? " WITH (publish_via_partition_root = true)" : "";
        var exists = await ExistsAsync(cancellationToken);
        switch (options.PublicationMode)
        {
            case PublicationMode.Disabled when !exists:
                throw new ConnectorException(
                    $"Publication '{options.PublicationName}' does not exist and publication.autocreate.mode is disabled; run CREATE PUBLICATION {name} FOR TABLE …");
            case PublicationMode.Disabled:
                return;
            case PublicationMode.AllTables when exists:
                return;
            case PublicationMode.AllTables:
                await ExecuteAsync($"CREATE PUBLICATION {name} FOR ALL TABLES{with}", cancellationToken);
                events.Report(new ConnectorEvent(ConnectorEventKind.PublicationCreated, $"Publication {name} created for all tables."));
                return;
            case PublicationMode.Filtered:
                await FilterAsync(name, exists, with, tables, cancellationToken);
                return;
            default:
                throw new InvalidOperationException($"Publication mode {options.PublicationMode} is not handled.");
        }
    }

    private async Task FilterAsync(string name, bool exists, string with, IReadOnlyList<TableName> tables, CancellationToken cancellationToken)
    {
        if (tables.Count == 0)
            throw new ConnectorException($"No table of database '{options.Database}' matches table.include.list; create the tables or widen the list.");
        var list = string.Join(", ", tables.Select(t => t.Sql));
        if (!exists)
        {
            await ExecuteAsync($"CREATE PUBLICATION {name} FOR TABLE {list}{with}", cancellationToken);
            events.Report(new ConnectorEvent(ConnectorEventKind.PublicationCreated, $"Publication {name} created for {list}."));
        }
        else if (!(await PublishedAsync(cancellationToken)).SetEquals(tables))
        {
            await ExecuteAsync($"ALTER PUBLICATION {name} SET TABLE {list}", cancellationToken);
            events.Report(new ConnectorEvent(ConnectorEventKind.PublicationChanged, $"Publication {name} now holds {list}."));
        }
    }

    private async Task<bool> ExistsAsync(CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("SELECT count(*) FROM pg_publication WHERE pubname = $1");
        command.Parameters.Add(new() { Value = options.PublicationName });
        return await command.ExecuteScalarAsync(cancellationToken) is 1L;
    }

    private async Task<HashSet<TableName>> PublishedAsync(CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("SELECT schemaname::text, tablename::text FROM pg_publication_tables WHERE pubname = $1");
        command.Parameters.Add(new() { Value = options.PublicationName });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var tables = new HashSet<TableName>();
        while (await reader.ReadAsync(cancellationToken))
            tables.Add(new TableName(reader.GetString(0), reader.GetString(1)));
        return tables;
    }

    private async Task ExecuteAsync(string sql, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
