using System.Runtime.CompilerServices;
using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.Values;
using CdcStripeSync.Pipeline.Ports;
using Npgsql;

namespace CdcStripeSync.Postgres.Source;

/// <summary>Reads a whole table of the source database, as one statement sees it.</summary>
public sealed class PostgresTableReader(NpgsqlDataSource source)
{
    private readonly SourceCatalogue _catalogue = new(source);

    /// <summary>Every row, with those of the columns that the table has; in no order.</summary>
    /// <exception cref="RowReadException">The database is away or refuses, or has no such table.</exception>
    public async IAsyncEnumerable<Row> ReadAsync(TableId table, IReadOnlyCollection<string> columns, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var select = await Ask(async () =>
        {
            var types = await _catalogue.ColumnsAsync(table, cancellationToken);
            return types.IsEmpty ? throw SourceErrors.NoTable(table) : SelectList.Of(types, columns);
        });
        await using var command = SelectList.Command(source, $"select {select.Sql} from {SqlName.Of(table)} r");
        await using var reader = await Ask(() => command.ExecuteReaderAsync(cancellationToken));
        while (await Ask(() => reader.ReadAsync(cancellationToken))) yield return select.Read(reader);

        async Task<T> Ask<T>(Func<Task<T>> ask)
        {
            try
            {
                return await ask();
            }
            catch (NpgsqlException e)
            {
                throw SourceErrors.Of(e, table);
            }
        }
    }
}
