using System.Net;
using System.Text.Json;
using CdcStripeSync.App.Commands.Connectors;
using CdcStripeSync.App.Configuration;
using CdcStripeSync.App.Hosting;
using CdcStripeSync.Connect.Rest;
using CdcStripeSync.Stripe.Reading;
using Confluent.Kafka;
using Npgsql;

namespace CdcStripeSync.App.Demo;

/// <summary>Takes away what a run made, as far as it gets, and says what is left.</summary>
internal sealed class ExternalRemoval(Settings settings, ExternalNames names, ExternalDatabase database, ConnectClient connect)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private readonly List<string> _left = [];

    /// <param name="catalogue">Its objects in Stripe, where the session has not ended them; null where it has.</param>
    /// <returns>What could not be taken away, each with the reason; empty where all of it is gone.</returns>
    public async Task<IReadOnlyList<string>> RunAsync(ExternalCatalogue? catalogue, CancellationToken cancellationToken)
    {
        if (catalogue is not null) await TryAsync("objects in Stripe", () => catalogue.EndAsync(cancellationToken));
        await TryAsync($"the connector {names.Connector}", () => ConnectorAsync(cancellationToken));
        await TryAsync($"the slot {names.Run}", () => database.DropSlotAsync(cancellationToken));
        await TryAsync($"the schema and the publication {names.Run}", () => database.RemoveAsync(cancellationToken));
        await TryAsync($"the state schema {names.StateSchema}", () => StateAsync(cancellationToken));
        await TryAsync($"the topics {names.Run}.…", TopicsAsync);
        await TryAsync($"the registry's subjects {names.Run}.…", () => SubjectsAsync(cancellationToken));
        return _left;
    }

    private async Task TryAsync(string what, Func<Task> remove)
    {
        try
        {
            await remove();
        }
        catch (Exception e) when (e is ConnectException or NpgsqlException or KafkaException or HttpRequestException or TaskCanceledException or JsonException or StripeReadException or UserErrorException)
        {
            _left.Add($"{what}: {e.Message.ReplaceLineEndings(" ")}");
        }
    }

    /// <summary>With its offsets: a connector made again under this name would begin where this one ended.</summary>
    private async Task ConnectorAsync(CancellationToken cancellationToken)
    {
        if (await connect.ConfigAsync(names.Connector, cancellationToken) is null) return;
        await connect.StopAsync(names.Connector, cancellationToken);
        await StateCommands.BecameAsync(connect, names.Connector, ConnectorState.Stopped, cancellationToken);
        await connect.ResetOffsetsAsync(names.Connector, cancellationToken);
        await connect.DeleteAsync(names.Connector, cancellationToken);
    }

    private async Task StateAsync(CancellationToken cancellationToken)
    {
        await using var state = NpgsqlDataSource.Create(settings.State.ConnectionString);
        await using var command = state.CreateCommand($"DROP SCHEMA IF EXISTS {names.StateSchema} CASCADE");
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private async Task TopicsAsync()
    {
        using var admin = KafkaAccess.Admin(settings.Kafka, Patience);
        var topics = admin.GetMetadata(Patience).Topics.Select(t => t.Topic).Where(names.Owns).ToList();
        if (topics.Count == 0) return;
        try
        {
            await admin.DeleteTopicsAsync(topics, new Confluent.Kafka.Admin.DeleteTopicsOptions { OperationTimeout = Patience, RequestTimeout = Patience });
        }
        catch (KafkaException e) when (e.Error.Code is ErrorCode.Local_TimedOut or ErrorCode.Local_UnsupportedFeature)
        {
            throw new UserErrorException($"{topics.Count} topics: this Kafka deletes none by command (the DevStack's cannot: they go with it)", "");
        }

        await admin.DeleteGroupsAsync([names.Run]);
    }

    private async Task SubjectsAsync(CancellationToken cancellationToken)
    {
        using var http = RegistryAccess.Client(settings.Registry, Patience);
        using var list = JsonDocument.Parse(await http.GetStringAsync(new Uri("subjects", UriKind.Relative), cancellationToken));
        foreach (var subject in list.RootElement.EnumerateArray().Select(s => s.GetString()!).Where(s => names.Owns(s.Replace("-key", "", StringComparison.Ordinal).Replace("-value", "", StringComparison.Ordinal))))
        {
            foreach (var how in new[] { "", "?permanent=true" })
            {
                using var answer = await http.DeleteAsync(new Uri($"subjects/{Uri.EscapeDataString(subject)}{how}", UriKind.Relative), cancellationToken);
                // Registries that forget at once have nothing left to forget for good.
                if (answer.StatusCode != HttpStatusCode.NotFound) answer.EnsureSuccessStatusCode();
            }
        }
    }
}
