using System.Collections.Immutable;
using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.Values;
using Npgsql;

namespace CdcStripeSync.App.Comparison;

/// <summary>Reads rows of the product database as the connector would give them.</summary>
internal sealed class TableReader(NpgsqlDataSource source)
{
    /// <summary>The columns among these that the table has, of at most <paramref name="limit"/> rows.</summary>
    public async Task<IReadOnlyList<TableRow>> ReadAsync(TableId table, IReadOnlyCollection<string> columns, int limit, CancellationToken cancellationToken)
    {
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        var present = new List<string>();
        await using (var find = new NpgsqlCommand("select column_name from information_schema.columns where table_schema = $1 and table_name = $2", connection))
        {
            find.Parameters.Add(new NpgsqlParameter { Value = table.Schema });
            find.Parameters.Add(new NpgsqlParameter { Value = table.Name });
            await using var names = await find.ExecuteReaderAsync(cancellationToken);
            while (await names.ReadAsync(cancellationToken))
            {
                if (columns.Contains(names.GetString(0))) present.Add(names.GetString(0));
            }
        }

        if (present.Count == 0) return [];
        var selected = string.Join(", ", present.Select(c => $"{Quoted(c)}::text as {Quoted(c)}, pg_typeof({Quoted(c)})::text"));
        await using var read = new NpgsqlCommand($"select {selected} from {Quoted(table.Schema)}.{Quoted(table.Name)} order by 1 limit {limit}", connection);
        await using var reader = await read.ExecuteReaderAsync(cancellationToken);
        var rows = new List<TableRow>();
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(new TableRow(table, Row.Of(present.Select((column, i) =>
                KeyValuePair.Create(column, reader.IsDBNull(2 * i) ? ColumnValue.Null : Value(reader.GetString(2 * i), reader.GetString((2 * i) + 1)))))));
        }

        return rows;
    }

    private static ColumnValue Value(string text, string type) => type switch
    {
        "bigint" or "integer" or "smallint" => ColumnValue.Of(long.Parse(text, System.Globalization.CultureInfo.InvariantCulture)),
        "boolean" => ColumnValue.Of(text is "t" or "true"),
        "numeric" when ExactDecimal.TryParse(text, out var number) => ColumnValue.Of(number),
        "numeric" => ColumnValue.Null,
        "json" or "jsonb" => ColumnValue.Json(text),
        "timestamp with time zone" or "timestamp without time zone" => Timestamp(text),
        "date" when DateOnly.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out var day) => ColumnValue.Date(day.DayNumber - 719_162),
        _ when type.EndsWith("[]", StringComparison.Ordinal) => TextArray(text),
        _ => ColumnValue.Of(text),
    };

    private static ColumnValue Timestamp(string text) =>
        DateTimeOffset.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.AssumeUniversal, out var at)
            ? ColumnValue.Of(Instant.FromMicros((at - DateTimeOffset.UnixEpoch).Ticks / 10))
            : ColumnValue.Of(text);

    /// <summary>PostgreSQL's array text: <c>{a,"b c",NULL}</c>.</summary>
    private static ColumnValue TextArray(string text)
    {
        var items = ImmutableArray.CreateBuilder<ColumnValue>();
        for (var i = 1; i < text.Length - 1; i++)
        {
            var quoted = text[i] == '"';
            var item = new System.Text.StringBuilder();
            for (i += quoted ? 1 : 0; i < text.Length - 1 && text[i] != (quoted ? '"' : ','); i++)
            {
                if (text[i] == '\\') i++;
                item.Append(text[i]);
            }

            items.Add(!quoted && item.ToString() == "NULL" ? ColumnValue.Null : ColumnValue.Of(item.ToString()));
            if (quoted) i++;
        }

        return ColumnValue.Of(items.ToImmutable());
    }

    private static string Quoted(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
