using System.Runtime.CompilerServices;
using CdcStripeSync.DevStack.Connector.Tables;
using Npgsql;

namespace CdcStripeSync.DevStack.Connector.Replication;

/// <summary>Reads a table's rows as the texts that the replication stream would carry.</summary>
internal static class TableRows
{
    /// <param name="condition">SQL on the rows; null for all.</param>
    /// <param name="byKey">In the order of the key.</param>
    public static async IAsyncEnumerable<string?[]> ReadAsync(
        NpgsqlConnection connection, CatalogTable table, string? condition, bool byKey, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (table.Columns.Count == 0)
            yield break;
        var columns = string.Join(", ", table.Columns.Select(c => TableName.Quote(c.Name)));
        var where = condition is null ? "" : $" WHERE {condition}";
        var order = byKey && table.Key.Count > 0 ? $" ORDER BY {string.Join(", ", table.Key.Select(TableName.Quote))}" : "";
        using var reader = await connection.BeginTextExportAsync($"COPY (SELECT {columns} FROM {table.Name.Sql}{where}{order}) TO STDOUT", cancellationToken);
        while (await reader.ReadLineAsync(cancellationToken) is { } line)
            yield return CopyText.Parse(line, table.Columns.Count);
    }
}
