using System.Collections.Immutable;
using CdcStripeSync.Core.Mapping;
using CdcStripeSync.Core.State;
using CdcStripeSync.Core.Values;
using CdcStripeSync.Pipeline.Ports;
using Npgsql;

namespace CdcStripeSync.Postgres.Source;

/// <summary>Reads one row of the source database by its key.</summary>
public sealed class PostgresRowReader(NpgsqlDataSource source, Mapping mapping) : IRowReader
{
    private readonly SourceCatalogue _catalogue = new(source);

    /// <returns>Null only where the database answered that there is no such row.</returns>
    public async Task<Row?> ReadAsync(EntityKey key, IReadOnlyCollection<string> columns, CancellationToken cancellationToken)
    {
        try
        {
            var types = await _catalogue.ColumnsAsync(key.Table, cancellationToken);
            if (types.IsEmpty) throw SourceErrors.NoTable(key.Table);
            var map = mapping.Find(key.Resource) ?? throw new InvalidOperationException($"{key.Resource} is not mapped");
            if (map.KeyColumns.FirstOrDefault(c => !types.ContainsKey(c)) is { } missing) throw SourceErrors.NoKey(key.Table, missing);
            return await SelectAsync(key, map.KeyColumns, columns, types, cancellationToken);
        }
        catch (NpgsqlException e)
        {
            throw SourceErrors.Of(e, key.Table);
        }
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
