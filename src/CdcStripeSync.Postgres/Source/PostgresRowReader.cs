using System.Collections.Immutable;
using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.Mapping;
using CdcStripeSync.Core.State;
using CdcStripeSync.Core.Values;
using CdcStripeSync.Pipeline.Ports;
using Npgsql;
using NpgsqlTypes;

namespace CdcStripeSync.Postgres.Source;

/// <summary>Reads one row of the source database by its key.</summary>
public sealed class PostgresRowReader(NpgsqlDataSource source, Mapping mapping) : IRowReader
{
    private readonly SourceCatalogue _catalogue = new(source);

    /// <returns>Null only where the database answered that there is no such row.</returns>
    public async Task<SourceRow?> ReadAsync(EntityKey key, IReadOnlyCollection<string> columns, CancellationToken cancellationToken)
    {
        try
        {
            var types = await _catalogue.ColumnsAsync(key.Table, cancellationToken);
            if (types.IsEmpty) throw SourceErrors.NoTable(key.Table);
            var map = mapping.Find(key.Resource) ?? throw new InvalidOperationException($"{key.Resource} is not mapped");
            if (map.KeyColumns.FirstOrDefault(c => !types.ContainsKey(c)) is { } missing) throw SourceErrors.NoKey(key.Table, missing);
            var (stamp, now) = await StampAsync(cancellationToken);
            return await SelectAsync(key, map.KeyColumns, columns, types, cancellationToken) is { } row ? new SourceRow(row, stamp, now) : null;
        }
        catch (NpgsqlException e)
        {
            throw SourceErrors.Of(e, key.Table);
        }
    }

    /// <summary>Before the row is read: what was committed by then is in it. A replica has what it has replayed.</summary>
    private async Task<(SourcePosition, Instant)> StampAsync(CancellationToken cancellationToken)
    {
        await using var command = source.CreateCommand(
            "select case when pg_is_in_recovery() then pg_last_wal_replay_lsn() else pg_current_wal_lsn() end, cast(extract(epoch from clock_timestamp()) * 1000000 as bigint)");
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return (reader.IsDBNull(0) ? default : SourcePosition.OfLsn((ulong)reader.GetFieldValue<NpgsqlLogSequenceNumber>(0)), Instant.FromMicros(reader.GetInt64(1)));
    }

    private async Task<Row?> SelectAsync(
        EntityKey key, ImmutableArray<string> keyColumns, IReadOnlyCollection<string> columns, ImmutableDictionary<string, SourceColumnType> types, CancellationToken cancellationToken)
    {
        var parts = key.Key.Split(',');
        if (parts.Length != keyColumns.Length) throw new InvalidOperationException($"{key} does not have the {keyColumns.Length} key columns of its map");
        var select = SelectList.Of(types, columns);
        var conditions = keyColumns.Select((c, i) => $"r.{SqlName.Of(c)} = {Key(types[c], $"${i + 1}")}");
        await using var command = SelectList.Command(source, $"select {select.Sql} from {SqlName.Of(key.Table)} r where {string.Join(" and ", conditions)}");
        foreach (var part in parts) command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = Uri.UnescapeDataString(part) });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? select.Read(reader) : null;
    }

    /// <summary>A key's canonical text as its column's type, so that the primary key's index serves.</summary>
    private static string Key(SourceColumnType type, string parameter) =>
        type.Name == "bytea" ? $"decode({parameter}, 'base64')" : $"cast({parameter} as {type.Sql})";
}
