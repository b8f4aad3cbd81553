using CdcStripeSync.Pipeline.Ports;
using Npgsql;

namespace CdcStripeSync.Postgres;

/// <summary>Runs statements; tells a store that is away from a statement that is wrong.</summary>
internal sealed class StoreConnection(NpgsqlDataSource source)
{
    /// <summary>Raised by <c>require_no_conflict</c>.</summary>
    private const string ConflictState = "CS001";

    /// <summary>Raised by <c>note_write</c>.</summary>
    private const string FellBackState = "CS002";

    public Task<List<T>> QueryAsync<T>(NpgsqlBatchCommand statement, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken) =>
        QueryAsync([statement], read, cancellationToken);

    /// <summary>All statements in one round trip and in one transaction.</summary>
    /// <returns>The rows of the first.</returns>
    public Task<List<T>> QueryAsync<T>(IReadOnlyList<NpgsqlBatchCommand> statements, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken) => AskAsync(
        async () =>
        {
            await using var batch = source.CreateBatch();
            foreach (var statement in statements) batch.BatchCommands.Add(statement);
            await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
            var result = new List<T>();
            while (await reader.ReadAsync(cancellationToken)) result.Add(read(reader));
            while (await reader.NextResultAsync(cancellationToken)) continue;
            return result;
        });

    /// <summary>All statements in one round trip and, being one batch without error barriers, in one transaction.</summary>
    /// <returns>How many rows they touched.</returns>
    public Task<int> ExecuteAsync(IEnumerable<NpgsqlBatchCommand> statements, CancellationToken cancellationToken) => AskAsync(
        async () =>
        {
            await using var batch = source.CreateBatch();
            foreach (var statement in statements) batch.BatchCommands.Add(statement);
            return batch.BatchCommands.Count == 0 ? 0 : await batch.ExecuteNonQueryAsync(cancellationToken);
        });

    /// <exception cref="StateStoreUnavailableException">The store is away.</exception>
    public async Task<T> AskAsync<T>(Func<Task<T>> ask)
    {
        try
        {
            return await ask();
        }
        catch (PostgresException e) when (e.SqlState == ConflictState)
        {
            throw new StateConflictException(e.MessageText, e);
        }
        catch (PostgresException e) when (e.SqlState == FellBackState)
        {
            throw new StateStoreFellBackException($"the state store fell back to an older time while this process ran: {e.MessageText}", e);
        }
        catch (NpgsqlException e) when (Outage.Is(e))
        {
            // The other pooled connections died with this one: the next attempt gets a fresh one.
            if (Outage.Severs(e)) source.Clear();
            throw new StateStoreUnavailableException($"the state store does not answer: {e.Message}", e);
        }
    }
}
