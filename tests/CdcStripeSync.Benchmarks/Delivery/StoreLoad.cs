using System.Globalization;
using CdcStripeSync.DevStack.Postgres;
using Npgsql;

namespace CdcStripeSync.Benchmarks.Delivery;

/// <summary>What the state store's server has done since its start: processor time of its sessions that are still there, and how its rows were rewritten.</summary>
/// <param name="Cpu">Seconds.</param>
/// <param name="Rewritten">Versions of entities' rows.</param>
/// <param name="Hot">Of these, written without touching an index.</param>
internal readonly record struct StoreLoad(double Cpu, long Rewritten, long Hot)
{
    private const double TicksPerSecond = 100;

    /// <summary>A session counts its rows up to a second later.</summary>
    public static async Task<StoreLoad> LookAsync(PostgresServer postgres, string database)
    {
        await using var source = NpgsqlDataSource.Create(postgres.ConnectionString(database) + ";Pooling=false");
        await using var command = source.CreateCommand("""
            select array(select pid from pg_stat_activity where pid <> pg_backend_pid()), coalesce(sum(n_tup_upd), 0)::bigint, coalesce(sum(n_tup_hot_upd), 0)::bigint
            from pg_stat_user_tables where relname = 'entities'
            """);
        await using var reader = await command.ExecuteReaderAsync();
        await reader.ReadAsync();
        return new StoreLoad(reader.GetFieldValue<int[]>(0).Sum(Seconds), reader.GetInt64(1), reader.GetInt64(2));
    }

    public static StoreLoad operator -(StoreLoad later, StoreLoad earlier) => new(later.Cpu - earlier.Cpu, later.Rewritten - earlier.Rewritten, later.Hot - earlier.Hot);

    private static double Seconds(int process)
    {
        var stat = string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/stat");
        if (!File.Exists(stat)) return 0;
        var text = File.ReadAllText(stat);
        var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
        return fields[11..13].Sum(f => long.Parse(f, CultureInfo.InvariantCulture)) / TicksPerSecond;
    }
}
