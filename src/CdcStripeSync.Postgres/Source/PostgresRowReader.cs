using System.Collections.Immutable;
using CdcStripeSync.Core.Mapping;
using CdcStripeSync.Core.State;
using CdcStripeSync.Core.Values;
using CdcStripeSync.Pipeline.Ports;
using Npgsql;

namespace CdcStripeSync.Postgres.Source;

/// <summary>Reads one row of the source database by its key. While the database is away nothing is known: every column is unavailable.</summary>
public sealed class PostgresRowReader(NpgsqlDataSource source, Mapping mapping) : IRowReader
{
    private readonly SourceCatalogue _catalogue = new(source);

    /// <returns>Null only where the database answered that there is no such row.</returns>
    public async Task<Row?> ReadAsync(EntityKey key, IReadOnlyCollection<string> columns, CancellationToken cancellationToken)
    {
        try
        {
            var types = await _catalogue.ColumnsAsync(key.Table, cancellationToken);
            if (mapping.Find(key.Resource) is not { } map || map.KeyColumns.Any(c => !types.ContainsKey(c))) return Row.Empty;
            return await SelectAsync(key, map.KeyColumns, [.. columns.Where(types.ContainsKey).Distinct(StringComparer.Ordinal)], types, cancellationToken);
        }
        catch (NpgsqlException)
        {
            return Row.Empty;
        }
    }

    private async Task<Row?> SelectAsync(
        EntityKey key, ImmutableArray<string> keyColumns, ImmutableArray<string> columns, ImmutableDictionary<string, SourceColumnType> types, CancellationToken cancellationToken)
    {
        var parts = key.Key.Split(',');
        if (parts.Length != keyColumns.Length) return Row.Empty;
        var expressions = columns.Select(c => ColumnExpression.Of(types[c], "r." + SqlName.Of(c))).ToList();
        var conditions = keyColumns.Select((c, i) => $"r.{SqlName.Of(c)} = {Key(types[c], $"${i + 1}")}");
        var sql = $"select {string.Join(", ", expressions.Select(e => e.Sql).DefaultIfEmpty("1"))} from {SqlName.Of(key.Table)} r where {string.Join(" and ", conditions)}";
        await using var command = source.CreateCommand(sql);
        command.AllResultTypesAreUnknown = true;
        foreach (var part in parts) command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = Uri.UnescapeDataString(part) });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken)) return null;
        return Row.Of(columns.Select((c, i) => KeyValuePair.Create(c, expressions[i].Read(reader.IsDBNull(i) ? null : reader.GetString(i)))));
    }

    /// <summary>A key's canonical text as its column's type, so that the primary key's index serves.</summary>
    private static string Key(SourceColumnType type, string parameter) =>
        type.Name == "bytea" ? $"decode({parameter}, 'base64')" : $"cast({parameter} as {type.Sql})";
}
