using Npgsql;

namespace CdcStripeSync.Postgres.Source;

/// <summary>Questions to the source database.</summary>
internal sealed class SourceQuery(NpgsqlDataSource source)
{
    /// <summary>Every row, as <paramref name="read"/> takes it.</summary>
    public async Task<List<T>> RowsAsync<T>(string sql, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken, params string[] parameters)
    {
        await using var command = source.CreateCommand(sql);
        foreach (var parameter in parameters) command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = parameter });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = new List<T>();
        while (await reader.ReadAsync(cancellationToken)) rows.Add(read(reader));
        return rows;
    }
}
