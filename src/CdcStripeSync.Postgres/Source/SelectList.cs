using System.Collections.Immutable;
using CdcStripeSync.Core.Values;
using Npgsql;

namespace CdcStripeSync.Postgres.Source;

/// <summary>Columns of one table <c>r</c> as a select list, and what a result's row of it means: the values that the change stream gives.</summary>
/// <remarks>The one way in which a PostgreSQL column becomes a value here. The command asks for text: <see cref="Command"/>.</remarks>
internal sealed class SelectList
{
    private readonly ImmutableArray<(string Column, ColumnExpression Expression)> _columns;

    private SelectList(ImmutableArray<(string, ColumnExpression)> columns) => _columns = columns;

    /// <summary>Those of the columns that the table has.</summary>
    public static SelectList Of(ImmutableDictionary<string, SourceColumnType> types, IEnumerable<string> columns) =>
        new([.. columns.Where(types.ContainsKey).Distinct(StringComparer.Ordinal).Select(c => (c, ColumnExpression.Of(types[c], "r." + SqlName.Of(c))))]);

    public string Sql => string.Join(", ", _columns.Select(c => c.Expression.Sql).DefaultIfEmpty("1"));

    public static NpgsqlCommand Command(NpgsqlDataSource source, string sql)
    {
        var command = source.CreateCommand(sql);
        command.AllResultTypesAreUnknown = true;
        return command;
    }

    public Row Read(NpgsqlDataReader reader) =>
        Row.Of(_columns.Select((c, i) => KeyValuePair.Create(c.Column, c.Expression.Read(reader.IsDBNull(i) ? null : reader.GetString(i)))));
}
