using Npgsql;
using NpgsqlTypes;

namespace CdcStripeSync.DevStack.Connector.Replication;

/// <summary>The connector's replication slot, seen and dropped through an ordinary connection.</summary>
internal sealed class Slots(NpgsqlDataSource database, string name)
{
    /// <summary>Null when there is no such slot.</summary>
    public async Task<SlotState?> FindAsync(CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            "SELECT confirmed_flush_lsn, coalesce(wal_status, '') = 'lost', active, plugin, database = current_database() "
            + "FROM pg_replication_slots WHERE slot_name = $1");
        command.Parameters.Add(new() { Value = name });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken))
            return null;
        if (reader.IsDBNull(3) || reader.GetString(3) != "pgoutput" || !reader.GetBoolean(4))
        {
            throw new ConnectorException(
                $"Replication slot '{name}' exists, but is not a pgoutput slot of this database; choose another slot.name or drop that slot.");
        }
        return new SlotState((ulong)reader.GetFieldValue<NpgsqlLogSequenceNumber>(0), reader.GetBoolean(1), reader.GetBoolean(2));
    }

    public async Task DropAsync(CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("SELECT pg_drop_replication_slot($1)");
        command.Parameters.Add(new() { Value = name });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
