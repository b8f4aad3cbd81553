using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Json;

namespace CdcStripeSync.Connect.Rest;

/// <summary>Reads the worker's JSON; members that are not known are passed over.</summary>
internal static class ConnectJson
{
    public static WorkerInfo Worker(JsonElement json, string address) => json.ValueKind == JsonValueKind.Object && Text(json, "version") is { } version
        ? new WorkerInfo(version, Text(json, "commit") ?? "", Text(json, "kafka_cluster_id") ?? "")
        : throw new ConnectException(ConnectFailure.Broken, $"what answers at {address} is no Kafka Connect: it does not tell its version");

    public static ImmutableArray<Plugin> Plugins(JsonElement json) =>
        [.. json.EnumerateArray().Select(p => new Plugin(Text(p, "class") ?? "", Text(p, "type") ?? "", Text(p, "version")))];

    public static Validation Validation(JsonElement json)
    {
        var errors = ImmutableArray.CreateBuilder<OptionError>();
        var known = new HashSet<string>(StringComparer.Ordinal);
        var passwords = new HashSet<string>(StringComparer.Ordinal);
        foreach (var option in json.GetProperty("configs").EnumerateArray())
        {
            var definition = option.TryGetProperty("definition", out var d) && d.ValueKind == JsonValueKind.Object ? d : default;
            var value = option.GetProperty("value");
            var name = Text(value, "name") ?? "";
            // An option without definition is one that was given and that nobody defines.
            if (definition.ValueKind == JsonValueKind.Object) known.Add(name);
            if (definition.ValueKind == JsonValueKind.Object && Text(definition, "type") == "PASSWORD") passwords.Add(name);
            if (!value.TryGetProperty("errors", out var list) || list.ValueKind != JsonValueKind.Array) continue;
            foreach (var error in list.EnumerateArray()) errors.Add(new OptionError(name, error.GetString() ?? ""));
        }

        var count = json.TryGetProperty("error_count", out var counted) ? counted.GetInt32() : errors.Count;
        if (count > 0 && errors.Count == 0) errors.Add(new OptionError("", $"the worker counts {count} {(count == 1 ? "error" : "errors")} and names none"));
        return new Validation(errors.ToImmutable(), known.ToFrozenSet(StringComparer.Ordinal), passwords.ToFrozenSet(StringComparer.Ordinal));
    }

    /// <summary>Null where the list is expanded.</summary>
    public static ImmutableArray<string>? Names(JsonElement json) =>
        json.ValueKind == JsonValueKind.Array ? [.. json.EnumerateArray().Select(n => n.GetString()!).Order(StringComparer.Ordinal)] : null;

    public static ImmutableArray<ConnectorInfo> Connectors(JsonElement json) =>
    [
        .. json.EnumerateObject().OrderBy(c => c.Name, StringComparer.Ordinal).Select(c => new ConnectorInfo(
            c.Name,
            c.Value.TryGetProperty("info", out var info) && info.TryGetProperty("config", out var config) ? Config(config) : ImmutableSortedDictionary<string, string>.Empty,
            c.Value.TryGetProperty("status", out var status) ? Status(status) : null)),
    ];

    public static ImmutableSortedDictionary<string, string> Config(JsonElement json) =>
        json.EnumerateObject().Where(p => p.Value.ValueKind != JsonValueKind.Null).ToImmutableSortedDictionary(
            p => p.Name, p => p.Value.ValueKind == JsonValueKind.String ? p.Value.GetString()! : p.Value.GetRawText(), StringComparer.Ordinal);

    public static ConnectorStatus Status(JsonElement json)
    {
        var connector = json.GetProperty("connector");
        var state = Text(connector, "state") ?? "";
        return new ConnectorStatus(
            Text(json, "name") ?? "", Text(json, "type") ?? "", State(state), state, Text(connector, "worker_id"), Text(connector, "version"), Text(connector, "trace"),
            [.. json.GetProperty("tasks").EnumerateArray().Select(Task).OrderBy(t => t.Id)]);
    }

    public static ImmutableArray<string> Topics(JsonElement json, string name) =>
        [.. json.GetProperty(name).GetProperty("topics").EnumerateArray().Select(t => t.GetString()!).Order(StringComparer.Ordinal)];

    public static ImmutableArray<OffsetEntry> Offsets(JsonElement json) =>
    [
        .. json.GetProperty("offsets").EnumerateArray().Select(o => new OffsetEntry(
            o.GetProperty("partition").GetRawText(),
            o.TryGetProperty("offset", out var offset) && offset.ValueKind != JsonValueKind.Null ? offset.GetRawText() : null)),
    ];

    private static TaskStatus Task(JsonElement json)
    {
        var state = Text(json, "state") ?? "";
        return new TaskStatus(json.GetProperty("id").GetInt32(), State(state), state, Text(json, "worker_id"), Text(json, "trace"));
    }

    private static ConnectorState State(string name) => name switch
    {
        "UNASSIGNED" => ConnectorState.Unassigned,
        "RUNNING" => ConnectorState.Running,
        "PAUSED" => ConnectorState.Paused,
        "STOPPED" => ConnectorState.Stopped,
        "FAILED" => ConnectorState.Failed,
        "RESTARTING" => ConnectorState.Restarting,
        "DESTROYED" => ConnectorState.Destroyed,
        _ => ConnectorState.Other,
    };

    private static string? Text(JsonElement json, string member) =>
        json.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
