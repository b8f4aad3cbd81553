using CdcStripeSync.App.Configuration;
using CdcStripeSync.App.Hosting;
using CdcStripeSync.Connect.Backfilling;
using Confluent.Kafka;
using Npgsql;

namespace CdcStripeSync.App.Connectors;

/// <summary>Asks a connector for an incremental snapshot and follows its notifications to the end.</summary>
internal sealed class BackfillRun(Settings settings, SignalChannel channel, BackfillSignal signal)
{
    /// <summary>Returns when the signal is written, and with <paramref name="wait"/> when the snapshot has ended.</summary>
    /// <returns>True where every table was read.</returns>
    public async Task<bool> RunAsync(TimeSpan? wait, Action<string> say, CancellationToken cancellationToken)
    {
        using var notifications = wait is not null && channel.NotificationTopic is { } topic ? NotificationReader.Open(settings, topic) : null;
        if (channel.Topic is not null) await WriteToTopicAsync(channel.Topic, cancellationToken);
        else await WriteToTableAsync(channel.Table!, cancellationToken);
        say($"signal {signal.Id} written to {(channel.Topic is not null ? $"the topic {channel.Topic}" : $"the table {channel.Table}")}");
        if (notifications is null || wait is not { } patience) return true;
        var started = TimeProvider.System.GetTimestamp();
        var well = true;
        while (TimeProvider.System.GetElapsedTime(started) < patience)
        {
            if (await notifications.NextAsync(cancellationToken) is not { } notification || notification.Id != signal.Id) continue;
            say($"  {notification}");
            well &= !notification.IsFailure;
            if (notification.Ends) return well;
        }

        throw new UserErrorException(
            $"the backfill {signal.Id} did not end within {patience.TotalSeconds:0} s", "it goes on without this command; follow it in the notification topic, or wait longer with --timeout"
            + (channel.LosesEarlySignals ? "; if it never started: a signal written before the connector first polls is lost unless signal.consumer.auto.offset.reset is earliest" : ""));
    }

    private async Task WriteToTopicAsync(string topic, CancellationToken cancellationToken)
    {
        if (settings.Kafka.BootstrapServers.Length == 0) throw new SettingsException(["kafka.bootstrapServers: missing; expected host:port,host:port (the signal goes into a topic)"]);
        using var producer = KafkaAccess.Building(() =>
            new ProducerBuilder<string, string>(KafkaAccess.Configured(new ProducerConfig { Acks = Acks.All, MessageTimeoutMs = 15_000 }, settings.Kafka))
                .SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build());
        try
        {
            // The connector reads partition 0 only.
            await producer.ProduceAsync(new TopicPartition(topic, 0), new Message<string, string> { Key = channel.Key, Value = signal.Message }, cancellationToken);
        }
        catch (ProduceException<string, string> e)
        {
            throw new UserErrorException($"the signal cannot be written to {topic}: {e.Error.Reason}", "create the topic with one partition, or mend kafka.bootstrapServers", ExitCode.Error, e);
        }
    }

    private async Task WriteToTableAsync(string table, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(settings.Source.ConnectionString)) throw new SettingsException(["source.connectionString: missing; the connector is asked through a row in its signal table"]);
        await using var source = NpgsqlDataSource.Create(settings.Source.ConnectionString);
        var name = string.Join('.', table.Split('.').Select(p => $"\"{p.Replace("\"", "\"\"", StringComparison.Ordinal)}\""));
        await using var command = source.CreateCommand($"insert into {name} (id, type, data) values ($1, $2, $3)");
        foreach (var value in new[] { signal.Id, BackfillSignal.Type, signal.Data }) command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = value });
        try
        {
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
        catch (NpgsqlException e)
        {
            var mend = (e as PostgresException)?.SqlState switch
            {
                PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.InvalidSchemaName or PostgresErrorCodes.UndefinedColumn => "`cdc-stripe connectors generate --sql` prints the table",
                PostgresErrorCodes.InsufficientPrivilege => $"GRANT INSERT ON {name} TO the user of source.connectionString",
                PostgresErrorCodes.StringDataRightTruncation => $"ALTER TABLE {name} ALTER COLUMN data TYPE text; or name fewer tables at once",
                _ => "mend source.connectionString, which must be the connector's database",
            };
            throw new UserErrorException($"the signal cannot be written to {table}: {e.Message}", mend, ExitCode.Error, e);
        }
    }
}
