using System.Globalization;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using CdcStripeSync.DevStack.Connector;
using CdcStripeSync.DevStack.Kafka;
using Npgsql;

namespace CdcStripeSync.DevStack.Connect.Sources;

/// <summary>Real PostgreSQL databases behind the worker: its tasks stream them into Kafka, as Debezium would. Others are taken to be there, and say nothing.</summary>
/// <param name="folder">Where tasks keep what they know over a restart.</param>
public sealed class StreamingSources(MockKafkaCluster kafka, ISchemaIds schemas, string folder, TimeProvider time) : ISourceRuntime
{
    /// <summary>How long a slot may still be held by the connection of the task that ran before.</summary>
    private static readonly TimeSpan SlotPatience = TimeSpan.FromSeconds(5);

    private readonly DeclaredSources _declared = new(time) { Permissive = true };

    public async Task<string?> ConnectAsync(IReadOnlyDictionary<string, string> config, CancellationToken cancellationToken)
    {
        if (!IsPostgres(config)) return null;
        try
        {
            await using var connection = new NpgsqlConnection(Address(config));
            await connection.OpenAsync(cancellationToken);
            return null;
        }
        catch (PostgresException e)
        {
            return $"FATAL: {e.MessageText}";
        }
        catch (Exception e) when (e is NpgsqlException or SocketException or ArgumentException)
        {
            return FailureTrace.Refused(config.GetValueOrDefault("database.hostname", ""), Port(config));
        }
    }

    public async Task<ITaskRun> StartAsync(string connector, IReadOnlyDictionary<string, string> config, JsonObject? offset, Action<string> failed, CancellationToken cancellationToken)
    {
        if (!IsPostgres(config)) return await _declared.StartAsync(connector, config, offset, failed, cancellationToken);
        if (await ConnectAsync(config, cancellationToken) is { } refused) return Failed(FailureTrace.Of(refused));
        if (await HindranceAsync(config, offset, cancellationToken) is { } trace) return Failed(trace);
        try
        {
            var options = ConnectorOptionsReader.Read(JsonSerializer.Serialize(config), static _ => null);
            var state = Path.Combine(folder, $"{Uri.EscapeDataString(connector)}.json");
            // Without an offset the connector begins anew, with a snapshot.
            if (offset is null) File.Delete(state);
            return new StreamingRun(options, SignalSettings.Of(config), kafka, schemas, state, offset, failed, time);
        }
        catch (ConnectorConfigurationException e)
        {
            return Failed(FailureTrace.Of(e.Message));
        }
    }

    /// <summary>What keeps a real task from starting, in its words.</summary>
    private async Task<string?> HindranceAsync(IReadOnlyDictionary<string, string> config, JsonObject? offset, CancellationToken cancellationToken)
    {
        await using var database = NpgsqlDataSource.Create(Address(config));
        var slot = config.GetValueOrDefault("slot.name", "debezium");
        var started = time.GetTimestamp();
        while (true)
        {
            await using var command = database.CreateCommand("select active, coalesce(active_pid, 0), (coalesce(confirmed_flush_lsn, '0/0') - '0/0')::text from pg_replication_slots where slot_name = $1");
            command.Parameters.Add(new NpgsqlParameter { Value = slot });
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            if (!await reader.ReadAsync(cancellationToken))
            {
                if (offset is not null && config.GetValueOrDefault("snapshot.mode") is not ("when_needed" or "always"))
                    return FailureTrace.SlotLost(config["topic.prefix"], config["database.dbname"], offset, time.GetUtcNow());
                break;
            }

            if (!reader.GetBoolean(0)) break;
            if (time.GetElapsedTime(started) > SlotPatience)
                return FailureTrace.SlotActive(slot, ulong.Parse(reader.GetString(2), CultureInfo.InvariantCulture), reader.GetInt32(1));
            await Task.Delay(TimeSpan.FromMilliseconds(100), time, cancellationToken);
        }

        if (config.GetValueOrDefault("publication.autocreate.mode") != "disabled") return null;
        await using var publication = database.CreateCommand("select count(*) from pg_publication where pubname = $1");
        publication.Parameters.Add(new NpgsqlParameter { Value = config.GetValueOrDefault("publication.name", "dbz_publication") });
        return (long)(await publication.ExecuteScalarAsync(cancellationToken))! > 0 ? null : FailureTrace.PublicationMissing;
    }

    private static DeclaredRun Failed(string trace) => new(trace, [], null, static () => { });

    private static bool IsPostgres(IReadOnlyDictionary<string, string> config) => config.GetValueOrDefault("connector.class", "").EndsWith("PostgresConnector", StringComparison.Ordinal);

    private static int Port(IReadOnlyDictionary<string, string> config) => int.TryParse(config.GetValueOrDefault("database.port"), NumberStyles.None, CultureInfo.InvariantCulture, out var port) ? port : 5432;

    private static string Address(IReadOnlyDictionary<string, string> config) => new NpgsqlConnectionStringBuilder
    {
        Host = config.GetValueOrDefault("database.hostname"),
        Port = Port(config),
        Username = config.GetValueOrDefault("database.user"),
        Password = config.GetValueOrDefault("database.password"),
        Database = config.GetValueOrDefault("database.dbname"),
        Pooling = false,
        Timeout = 5,
    }.ConnectionString;
}
