using CdcStripeSync.App.Configuration;
using CdcStripeSync.App.Hosting;
using CdcStripeSync.Core.Mapping;
using CdcStripeSync.Kafka.Native;
using CdcStripeSync.Pipeline.Ports;
using CdcStripeSync.Postgres.Source;
using Confluent.Kafka;
using Npgsql;

namespace CdcStripeSync.App.Checks;

/// <summary>Looks at everything that delivery needs, and goes on where one part fails.</summary>
internal sealed class StackCheck(Settings settings, Mapping mapping)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public async IAsyncEnumerable<Finding> RunAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        yield return new Finding(true, $"mapping {settings.Mapping}: {mapping.Resources.Length} resources, mode {mapping.Mode.ToString().ToLowerInvariant()}");
        yield return await StoreAndStripeAsync(cancellationToken);
        yield return await RegistryAsync(cancellationToken);
        foreach (var finding in Topics()) yield return finding;
        await foreach (var finding in SourceAsync(cancellationToken)) yield return finding;
    }

    private async Task<Finding> StoreAndStripeAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var gateway = StripeAccess.Gateway(settings, mapping);
            await using var source = StateAccess.Source(settings);
            var store = await StateAccess.OpenAsync(source, settings, cancellationToken);
            var stamp = await StripeAccess.PinAsync(gateway, mapping, store, cancellationToken);
            foreach (var type in mapping.Resources.Select(r => r.Type).DistinctBy(t => t.Name).Where(t => t.PathParent is null))
            {
                var outcome = await gateway.SendAsync(new StripeRequest(StripeMethod.Get, type.CollectionPath, type.CollectionPath, "limit=1", null, "check", Patience), cancellationToken);
                if (outcome is StripeOutcome.Refused refused) return new Finding(false, $"Stripe refuses {type.CollectionPath}: {refused.Error.Message}", "give the restricted key write permission for this resource in Stripe's dashboard");
            }

            return new Finding(true, $"state store and Stripe key belong to {stamp.Account} ({stamp.Mode}), and the key may read every mapped resource");
        }
        catch (UserErrorException e)
        {
            return new Finding(false, e.Message, e.Hint);
        }
    }

    private async Task<Finding> RegistryAsync(CancellationToken cancellationToken)
    {
        using var http = new HttpClient { Timeout = Patience };
        if (settings.Registry.Username is { Length: > 0 } user)
        {
            var credentials = Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"{user}:{settings.Registry.Password}"));
            http.DefaultRequestHeaders.Authorization = new System.Net.Http.Headers.AuthenticationHeaderValue("Basic", credentials);
        }

        try
        {
            using var answer = await http.GetAsync(new Uri(settings.Registry.Url.TrimEnd('/') + "/subjects"), cancellationToken);
            return answer.IsSuccessStatusCode
                ? new Finding(true, $"registry {settings.Registry.Url} answers")
                : new Finding(false, $"registry {settings.Registry.Url} answers {(int)answer.StatusCode} to /subjects", "registry.url must be the base of Confluent's REST API (Apicurio: …/apis/ccompat/v7); set registry.username and registry.password where it asks for them");
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return new Finding(false, $"registry {settings.Registry.Url} cannot be reached: {e.Message}", "start it, or mend registry.url");
        }
    }

    private List<Finding> Topics()
    {
        LibrdkafkaResolver.Ensure();
        var configuration = new AdminClientConfig { BootstrapServers = settings.Kafka.BootstrapServers, SocketTimeoutMs = 5_000 };
        foreach (var (name, value) in settings.Kafka.Properties) configuration.Set(name, value);
        using var admin = new AdminClientBuilder(configuration).SetLogHandler((_, _) => { }).Build();
        try
        {
            var topics = admin.GetMetadata(Patience).Topics.Select(t => t.Topic).ToList();
            return [.. settings.Kafka.Topics.Select(wanted => Matches(wanted, topics) is { Count: > 0 } found
                ? new Finding(true, $"kafka.topics {wanted}: {found.Count} there")
                : new Finding(false, $"kafka.topics {wanted}: no such topic among {topics.Count}", "start the connector, or mend kafka.topics (a regular expression begins with ^)"))];
        }
        catch (KafkaException e)
        {
            return [new Finding(false, $"Kafka at {settings.Kafka.BootstrapServers} does not answer: {e.Error.Reason}", "start it, or mend kafka.bootstrapServers and kafka.properties")];
        }
    }

    private async IAsyncEnumerable<Finding> SourceAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(settings.Source.ConnectionString))
        {
            yield return new Finding(true, "source.connectionString is not set: the product database is not looked at, and rows with unknown columns wait for a backfill");
            yield break;
        }

        await using var source = NpgsqlDataSource.Create(settings.Source.ConnectionString);
        foreach (var finding in await new SourceProbe(source, mapping, settings.Source.Publication, settings.Source.Slot).LookAsync(cancellationToken))
            yield return new Finding(finding.Ok, finding.What, finding.Mend, finding.Why);
    }

    private static List<string> Matches(string wanted, List<string> topics) =>
        wanted.StartsWith('^') ? topics.FindAll(t => System.Text.RegularExpressions.Regex.IsMatch(t, wanted)) : topics.FindAll(t => t == wanted);
}
