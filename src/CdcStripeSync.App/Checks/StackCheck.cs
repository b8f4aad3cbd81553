using CdcStripeSync.App.Activity;
using CdcStripeSync.App.Commands;
using CdcStripeSync.App.Configuration;
using CdcStripeSync.App.Hosting;
using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.Mapping;
using CdcStripeSync.Debezium;
using CdcStripeSync.Debezium.Registry;
using CdcStripeSync.Kafka.Native;
using CdcStripeSync.Pipeline.Budget;
using CdcStripeSync.Pipeline.Ports;
using CdcStripeSync.Postgres.Source;
using Confluent.Kafka;
using Npgsql;

namespace CdcStripeSync.App.Checks;

/// <summary>Looks at everything that delivery needs, and goes on where one part fails.</summary>
internal sealed class StackCheck(Settings settings, Mapping mapping)
{
    /// <summary>Records in a row that the registry gives no answer for.</summary>
    private const int MostAway = 3;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private IReadOnlyList<TopicPartition> _partitions = [];

    public async IAsyncEnumerable<Finding> RunAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        yield return new Finding(true, $"mapping {settings.Mapping}: {mapping.Resources.Length} resources, mode {mapping.Mode.ToString().ToLowerInvariant()}");
        var (stripe, stamp) = await StripeAsync(cancellationToken);
        yield return stripe;
        yield return await new StoreCheck(settings, mapping).LookAsync(stamp, cancellationToken);
        yield return await RegistryAsync(cancellationToken);
        foreach (var finding in await TopicsAsync(cancellationToken)) yield return finding;
        foreach (var finding in await RecordsAsync(cancellationToken)) yield return finding;
        foreach (var finding in await new ConnectorCheck(settings).LookAsync(cancellationToken)) yield return finding;
        await foreach (var finding in SourceAsync(cancellationToken)) yield return finding;
    }

    /// <summary>What the newest record of each topic shows of its connector's settings.</summary>
    private async Task<IReadOnlyList<Finding>> RecordsAsync(CancellationToken cancellationToken)
    {
        try
        {
            // Nobody waits here for an id that the registry may know a moment later.
            using var schemas = new SchemaRegistryClient(settings.Registry.Options() with { UnknownIdPatience = TimeSpan.Zero }, TimeProvider.System);
            var decoder = new DebeziumDecoder(schemas, settings.Records.Options(settings.Kafka.TopicPrefix), t => mapping.For(t).Any());
            var records = new TopicSample(settings.Kafka).Newest(_partitions);
            List<Finding> findings = [];
            var away = 0;
            foreach (var record in records)
            {
                try
                {
                    findings.AddRange(await RecordAsync(decoder, record, cancellationToken));
                    away = 0;
                }
                catch (SchemaRegistryUnavailableException e)
                {
                    findings.Add(new Finding(false, $"{record.Origin} could not be looked at: {e.Message}", "mend what is said of the registry above, or look at its log"));
                    if (++away == MostAway) break; // it is the registry, and each of the others would wait for it
                }
            }

            return findings.Count > 0 || records.Count == 0 ? findings : [new Finding(true, $"the newest records of {Counted.Of(records.Count, "topic")} can be read, and hold what the mapping needs")];
        }
        catch (Exception e) when (e is KafkaException or UserErrorException)
        {
            return [new Finding(false, $"no record could be looked at: {e.Message}", "mend what is said of Kafka above")];
        }
    }

    private async Task<IReadOnlyList<Finding>> RecordAsync(DebeziumDecoder decoder, SourceRecord record, CancellationToken cancellationToken)
    {
        var decoded = await decoder.DecodeAsync(record, cancellationToken);
        var full = decoded is DecodedRecord.Change { Event.Table: var table } ? await HasFullIdentityAsync(table, cancellationToken) : null;
        return RecordAdvice.Of(mapping, record, decoded, _ => full);
    }

    /// <summary>Null where the product database is not configured or does not tell.</summary>
    private async Task<bool?> HasFullIdentityAsync(TableId table, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(settings.Source.ConnectionString)) return null;
        try
        {
            await using var source = NpgsqlDataSource.Create(settings.Source.ConnectionString);
            await using var command = source.CreateCommand(
                "select c.relreplident::text from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = $1 and c.relname = $2");
            command.Parameters.Add(new NpgsqlParameter { Value = table.Schema });
            command.Parameters.Add(new NpgsqlParameter { Value = table.Name });
            return await command.ExecuteScalarAsync(cancellationToken) is string identity ? identity == "f" : null;
        }
        catch (NpgsqlException)
        {
            return null;
        }
    }

    private async Task<(Finding Finding, StoreStamp? Stamp)> StripeAsync(CancellationToken cancellationToken)
    {
        StoreStamp? stamp = null;
        try
        {
            using var gateway = StripeAccess.Gateway(settings, mapping);
            var reads = Reads.Through(gateway, new RequestBudget(StripeAccess.Budget(settings), TimeProvider.System), new ActivityLog(TimeProvider.System));
            stamp = await StripeAccess.StampAsync(reads, mapping, cancellationToken);
            foreach (var type in mapping.Resources.Select(r => r.Type).DistinctBy(t => t.Name).Where(t => t.PathParent is null))
            {
                var outcome = await reads.SendAsync(new StripeRequest(StripeMethod.Get, type.CollectionPath, type.CollectionPath, "limit=1", null, "check", Patience), cancellationToken);
                if (outcome is StripeOutcome.Refused refused) return (new Finding(false, $"Stripe refuses {type.CollectionPath}: {refused.Error.Message}", "give the restricted key write permission for this resource in Stripe's dashboard"), stamp);
                if (outcome is StripeOutcome.NoAnswer none) return (new Finding(false, $"Stripe does not answer {type.CollectionPath}: {none.Reason}", "check stripe.baseAddress and the network"), stamp);
            }

            return (new Finding(true, $"the Stripe key belongs to {stamp.Account} ({stamp.Mode}), and may read every mapped resource"), stamp);
        }
        catch (UserErrorException e)
        {
            return (new Finding(false, e.Message, e.Hint), stamp);
        }
    }

    private async Task<Finding> RegistryAsync(CancellationToken cancellationToken)
    {
        using var http = RegistryAccess.Client(settings.Registry, Patience);
        try
        {
            using var answer = await http.GetAsync(new Uri("subjects", UriKind.Relative), cancellationToken);
            return answer.IsSuccessStatusCode
                ? new Finding(true, $"registry {SettingsPrinter.MaskAddress(settings.Registry.Url)} answers; {await SubjectsAsync(http, await answer.Content.ReadAsStringAsync(cancellationToken), cancellationToken)}")
                : new Finding(false, $"registry {SettingsPrinter.MaskAddress(settings.Registry.Url)} answers {(int)answer.StatusCode} to /subjects", "registry.url must be the base of Confluent's REST API (Apicurio: …/apis/ccompat/v7); set registry.username and registry.password where it asks for them");
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return new Finding(false, $"registry {SettingsPrinter.MaskAddress(settings.Registry.Url)} cannot be reached: {e.Message}", "start it, or mend registry.url");
        }
    }

    /// <summary>How many subjects the connector has registered, and what the registry will let it change.</summary>
    private async Task<string> SubjectsAsync(HttpClient http, string subjects, CancellationToken cancellationToken)
    {
        using var config = await http.GetAsync(new Uri("config", UriKind.Relative), cancellationToken);
        return RegistryFitness.Describe(subjects, settings.Kafka.TopicPrefix, config.IsSuccessStatusCode ? await config.Content.ReadAsStringAsync(cancellationToken) : "");
    }

    private async Task<IReadOnlyList<Finding>> FitnessAsync(IReadOnlyList<TopicMetadata> topics, CancellationToken cancellationToken)
    {
        using var admin = KafkaAccess.Admin(settings.Kafka, Patience);
        return await TopicFitness.LookAsync(admin, topics, cancellationToken);
    }

    private async Task<IReadOnlyList<Finding>> TopicsAsync(CancellationToken cancellationToken)
    {
        try
        {
            var there = await KafkaAccess.TopicsAsync(settings.Kafka, Patience, cancellationToken);
            var topics = there.Select(t => t.Topic).ToList();
            var read = settings.Kafka.Topics.SelectMany(wanted => KafkaAccess.Named(wanted, topics)).ToHashSet(StringComparer.Ordinal);
            _partitions = [.. there.Where(t => read.Contains(t.Topic)).SelectMany(t => t.Partitions.Select(p => new TopicPartition(t.Topic, p.PartitionId)))];
            return [.. await FitnessAsync([.. there.Where(t => read.Contains(t.Topic))], cancellationToken), .. settings.Kafka.Topics.Select(wanted => KafkaAccess.Named(wanted, topics) is { Count: > 0 } found
                ? new Finding(true, $"kafka.topics {wanted}: {found.Count} there")
                : new Finding(false, $"kafka.topics {wanted}: no such topic among {topics.Count}", "start the connector, or mend kafka.topics (a regular expression begins with ^)"))];
        }
        catch (UserErrorException e)
        {
            return [new Finding(false, e.Message, e.Hint)];
        }
    }

    /// <summary>The product database alone.</summary>
    public async IAsyncEnumerable<Finding> SourceAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(settings.Source.ConnectionString))
        {
            yield return new Finding(true, "source.connectionString is not set: the product database is not looked at, and rows with unknown columns wait for a backfill");
            yield break;
        }

        await using var source = NpgsqlDataSource.Create(settings.Source.ConnectionString);
        foreach (var finding in await new SourceProbe(source, mapping, settings.Source.Publication, settings.Source.Slot).LookAsync(cancellationToken))
            yield return new Finding(finding.Ok, finding.What, finding.Mend, finding.Why, finding.Sql);
    }
}
