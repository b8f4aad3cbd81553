using System.Text.Json.Nodes;
using CdcStripeSync.DevStack.Connector;

namespace CdcStripeSync.DevStack.Tests.Connector;

/// <summary>A connector at work, stopped when disposed.</summary>
internal sealed class RunningConnector : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _run;

    public RunningConnector(ConnectorOptions options, RecordingSink sink, string stateFile)
    {
        var connector = new PostgresConnector(options, sink, sink, sink, sink, TimeProvider.System, stateFile);
        _run = Task.Run(() => connector.RunAsync(_stop.Token));
    }

    /// <summary>A recording's own configuration, pointed at the scratch server.</summary>
    public static ConnectorOptions Options(string recording, ScratchPostgres postgres, string database, params ReadOnlySpan<(string Key, string Value)> changes)
    {
        var json = JsonNode.Parse(Recording.Configuration(recording))!.AsObject();
        json["database.port"] = postgres.Port.ToString(System.Globalization.CultureInfo.InvariantCulture);
        json["database.dbname"] = database;
        json["slot.name"] = database;
        foreach (var (key, value) in changes)
            json[key] = value;
        return ConnectorOptionsReader.Read(json.ToJsonString(), _ => null);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _run.WaitAsync(TimeSpan.FromSeconds(20)));
        _stop.Dispose();
    }
}
