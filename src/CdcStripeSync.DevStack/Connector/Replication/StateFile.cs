using System.Text.Json;

namespace CdcStripeSync.DevStack.Connector.Replication;

/// <summary>What the connector remembers beside the slot: whether a snapshot was read and settled completely.</summary>
internal sealed class StateFile(string path, string slot, string database)
{
    private static readonly JsonSerializerOptions Format = new() { WriteIndented = true };

    public async Task<bool> SnapshotIsCompleteAsync(CancellationToken cancellationToken)
    {
        if (!File.Exists(path))
            return false;
        try
        {
            await using var stream = File.OpenRead(path);
            var state = await JsonSerializer.DeserializeAsync<Dictionary<string, string>>(stream, Format, cancellationToken);
            return state is not null && state.GetValueOrDefault("snapshot") == "complete"
                && state.GetValueOrDefault("slot") == slot && state.GetValueOrDefault("database") == database;
        }
        catch (JsonException e)
        {
            throw new ConnectorException($"{path} is not readable ({e.Message}); delete it, and the connector takes a new snapshot.", e);
        }
    }

    public async Task WriteAsync(bool snapshotIsComplete, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        var state = new Dictionary<string, string>
        {
            ["slot"] = slot,
            ["database"] = database,
            ["snapshot"] = snapshotIsComplete ? "complete" : "incomplete",
        };
        var written = path + ".new";
        await File.WriteAllTextAsync(written, JsonSerializer.Serialize(state, Format), cancellationToken);
        File.Move(written, path, overwrite: true);
    }
}
