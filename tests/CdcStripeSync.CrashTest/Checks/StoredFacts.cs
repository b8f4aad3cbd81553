using Npgsql;

namespace CdcStripeSync.CrashTest.Checks;

/// <summary>What the state store holds, read by plain SQL.</summary>
/// <param name="Waiting">Parked rows, by key text; <paramref name="Reasons"/> says why.</param>
/// <param name="Unfinished">Rows with an open intent or succession, and calls of one row for another that nobody has answered.</param>
internal sealed record StoredFacts(
    IReadOnlyDictionary<(string Topic, int Partition), long> Next, IReadOnlySet<string> Waiting, IReadOnlyDictionary<string, (int Reason, string Message)> Reasons,
    IReadOnlySet<(string Topic, int Partition, long Offset)> Letters, IReadOnlyList<string> LetterErrors, IReadOnlyList<string> Unfinished)
{
    /// <summary>As the store writes that a row waits for its parent's object.</summary>
    public const int Parent = 0;

    public static async Task<StoredFacts> ReadAsync(string connection, string schema, CancellationToken cancellationToken)
    {
        await using var source = NpgsqlDataSource.Create(connection + $";Pooling=false;Search Path={schema}");
        await using var open = await source.OpenConnectionAsync(cancellationToken);
        if (await ScalarAsync(open, $"select count(*) from information_schema.tables where table_schema = '{schema}' and table_name = 'offsets'", cancellationToken) == 0)
            return new StoredFacts(new Dictionary<(string, int), long>(), new HashSet<string>(), new Dictionary<string, (int, string)>(), new HashSet<(string, int, long)>(), [], []);
        var next = await ListAsync(open, "select topic, partition, next from offsets", r => KeyValuePair.Create((r.GetString(0), r.GetInt32(1)), r.GetInt64(2)), cancellationToken);
        var waiting = await ListAsync(open, "select table_schema || '.' || table_name || '/' || key, reason, message from parked", r => KeyValuePair.Create(r.GetString(0), ((int)r.GetInt16(1), r.GetString(2))), cancellationToken);
        var letters = await ListAsync(open, "select topic, partition, record_offset, error from dead_letters where state = 0", r => (r.GetString(0), r.GetInt32(1), r.GetInt64(2), r.GetString(3)), cancellationToken);
        var unfinished = await ListAsync(
            open, "select table_schema || '.' || table_name || '/' || key || coalesce(' intent ' || (intent->>'path') || ' of ' || (intent->>'created_at'), '') || case when succession is null then '' else ' succession' end from entities where intent is not null or succession is not null",
            r => r.GetString(0), cancellationToken);
        var calls = await ListAsync(open, "select table_schema || '.' || table_name || '/' || key || ' is called for ' || kind || ' ' || value from calls", r => r.GetString(0), cancellationToken);
        return new StoredFacts(
            next.ToDictionary(), waiting.Select(w => w.Key).ToHashSet(), waiting.DistinctBy(w => w.Key).ToDictionary(), letters.Select(l => (l.Item1, l.Item2, l.Item3)).ToHashSet(),
            [.. letters.Select(l => l.Item4)], [.. unfinished, .. calls]);
    }

    private static async Task<long> ScalarAsync(NpgsqlConnection open, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, open);
        return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    private static async Task<List<T>> ListAsync<T>(NpgsqlConnection open, string sql, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, open);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = new List<T>();
        while (await reader.ReadAsync(cancellationToken)) rows.Add(read(reader));
        return rows;
    }
}
