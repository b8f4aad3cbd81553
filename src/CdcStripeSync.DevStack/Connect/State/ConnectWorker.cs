using System.Text.Json.Nodes;
using CdcStripeSync.DevStack.Connect.Plugins;
using CdcStripeSync.DevStack.Connect.Sources;
using CdcStripeSync.DevStack.Connector;

namespace CdcStripeSync.DevStack.Connect.State;

/// <summary>A worker's connectors and what becomes of them. Whoever calls holds the gate of <see cref="ConnectServer"/>.</summary>
internal sealed class ConnectWorker(ISourceRuntime sources, ConnectServerOptions options)
{
    private readonly PluginCatalogue _plugins = new();
    private readonly SortedDictionary<string, ConnectorEntry> _connectors = new(StringComparer.Ordinal);
    /// <summary>Offsets outlive their connector: one made again under the old name goes on from them (recorded: slot-lost-status).</summary>
    private readonly Dictionary<string, JsonObject?> _kept = new(StringComparer.Ordinal);

    private readonly ConfigValidator _validator = new(sources);
    private readonly EnvironmentReferences _references = new(options.Variable);

    public WorkerReply Plugins(bool connectorsOnly) => new(200, _plugins.List(connectorsOnly));

    public WorkerReply PluginOptions(string name) =>
        _plugins.Find(name) is { } plugin ? new WorkerReply(200, PluginCatalogue.Options(plugin)) : WorkerReply.Error(404, $"Unknown plugin {name}.");

    public async Task<WorkerReply> ValidateAsync(string name, JsonNode? body, CancellationToken cancellationToken)
    {
        if (_plugins.Find(name) is not { } plugin) return WorkerReply.Error(500, _plugins.NotFound(name));
        if (Config(body) is not { } config) return NoObject(body);
        if (config.GetValueOrDefault("connector.class") is { } type && !plugin.Answers(type)) return WorkerReply.Error(400, $"Included connector type {type} does not match request type {name}");
        return new WorkerReply(200, (await _validator.JudgeAsync(plugin, config, Resolved(config), cancellationToken)).Json);
    }

    public WorkerReply List(IReadOnlyCollection<string> expand)
    {
        if (expand.Count == 0) return new WorkerReply(200, new JsonArray([.. _connectors.Keys.Select(k => (JsonNode)k)]));
        return new WorkerReply(200, new JsonObject(_connectors.Values.Select(c =>
        {
            var part = new JsonObject();
            if (expand.Contains("status") && c.Shown is not null) part["status"] = Status(c);
            if (expand.Contains("info")) part["info"] = Info(c);
            return KeyValuePair.Create(c.Name, (JsonNode?)part);
        })));
    }

    public async Task<WorkerReply> CreateAsync(JsonNode? body, CancellationToken cancellationToken)
    {
        if (body is not JsonObject request || Config(request["config"]) is not { } config) return NoObject(body);
        var name = request["name"]?.GetValue<string>() ?? config.GetValueOrDefault("name");
        if (string.IsNullOrWhiteSpace(name)) return WorkerReply.Error(400, "Connector name is missing");
        var target = request["initial_state"]?.GetValue<string>().ToUpperInvariant() switch
        {
            "STOPPED" => TargetState.Stopped,
            "PAUSED" => TargetState.Paused,
            _ => TargetState.Running,
        };
        if (await RefusalAsync(name, config, cancellationToken) is { } refusal) return refusal;
        return _connectors.ContainsKey(name) ? WorkerReply.Error(409, $"Connector {name} already exists") : new WorkerReply(201, Add(name, Named(config, name), target));
    }

    public async Task<WorkerReply> PutAsync(string name, JsonNode? body, CancellationToken cancellationToken)
    {
        if (Config(body) is not { } config) return NoObject(body);
        if (await RefusalAsync(name, config, cancellationToken) is { } refusal) return refusal;
        return _connectors.TryGetValue(name, out var entry) ? new WorkerReply(200, Change(entry, Named(config, name))) : new WorkerReply(201, Add(name, Named(config, name), TargetState.Running));
    }

    public async Task<WorkerReply> PatchAsync(string name, JsonNode? body, CancellationToken cancellationToken)
    {
        if (!_connectors.TryGetValue(name, out var entry)) return Missing(name);
        if (body is not JsonObject patch) return NoObject(body);
        var config = new Dictionary<string, string>(entry.Config, StringComparer.Ordinal);
        foreach (var (option, value) in patch)
        {
            if (value is null) config.Remove(option);
            else config[option] = Text(value);
        }

        return await RefusalAsync(name, config, cancellationToken) ?? new WorkerReply(200, Change(entry, config));
    }

    public WorkerReply Get(string name) => With(name, c => new WorkerReply(200, Info(c)));

    public WorkerReply ConfigOf(string name) => With(name, c => new WorkerReply(200, Json(c.Config)));

    public WorkerReply StatusOf(string name) =>
        _connectors.TryGetValue(name, out var entry) && entry.Shown is not null ? new WorkerReply(200, Status(entry)) : WorkerReply.Error(404, $"No status found for connector {name}");

    public WorkerReply Tasks(string name) => With(name, c =>
    {
        if (c.Task is null) return new WorkerReply(200, new JsonArray());
        var config = Json(c.Config);
        config["task.class"] = c.Config["connector.class"] + "Task";
        return new WorkerReply(200, new JsonArray(new JsonObject { ["id"] = TaskId(name), ["config"] = config }));
    });

    public WorkerReply TaskStatus(string name, string task) =>
        _connectors.TryGetValue(name, out var entry) && entry.Task is not null && task == "0" ? new WorkerReply(200, TaskStatus(entry)) : WorkerReply.Error(404, $"No status found for task {name}-{task}");

    /// <summary>A worker remembers topics by connector name, and does not ask whether there is such a connector.</summary>
    public WorkerReply Topics(string name)
    {
        var topics = _connectors.GetValueOrDefault(name)?.Topics ?? [];
        return new WorkerReply(200, new JsonObject { [name] = new JsonObject { ["topics"] = new JsonArray([.. topics.Select(t => (JsonNode)t)]) } });
    }

    /// <inheritdoc cref="Topics"/>
    public WorkerReply ResetTopics(string name)
    {
        _connectors.GetValueOrDefault(name)?.Topics.Clear();
        return new WorkerReply(202);
    }

    public WorkerReply Offsets(string name) => With(name, c => new WorkerReply(200, new JsonObject
    {
        ["offsets"] = c.CurrentOffset is { } offset ? new JsonArray(new JsonObject { ["partition"] = Partition(c), ["offset"] = offset.DeepClone() }) : new JsonArray(),
    }));

    public WorkerReply ResetOffsets(string name) => With(name, c =>
    {
        if (!IsStopped(c)) return StopFirst(name);
        c.Offset = null;
        return Altered("reset");
    });

    public WorkerReply AlterOffsets(string name, JsonNode? body) => With(name, c =>
    {
        if (!IsStopped(c)) return StopFirst(name);
        if (body?["offsets"] is not JsonArray { Count: > 0 } offsets) return WorkerReply.Error(400, "Partitions / offsets need to be provided for an alter offsets request");
        foreach (var entry in offsets.Where(o => JsonNode.DeepEquals(o!["partition"], Partition(c)))) c.Offset = entry!["offset"]?.DeepClone().AsObject();
        return Altered("altered");
    });

    public WorkerReply Become(string name, TargetState target) => With(name, c =>
    {
        c.Target = target;
        Touch(c);
        return new WorkerReply(target == TargetState.Stopped ? 204 : 202);
    }, $"Unknown connector {name}");

    public WorkerReply Restart(string name, bool includeTasks, bool onlyFailed) => With(name, c =>
    {
        if (c.Shown is null) return WorkerReply.Error(404, $"Status for connector {name} not found");
        var restartsTask = includeTasks && c.Task is not null && (!onlyFailed || c.Task == "FAILED");
        if (restartsTask)
        {
            c.Task = "RESTARTING";
            Touch(c);
        }

        if (!includeTasks && !onlyFailed)
        {
            // The connector's own restart leaves its tasks alone and takes no time here.
            return new WorkerReply(204);
        }

        if (!onlyFailed || c.Shown == "FAILED")
        {
            c.Shown = "RESTARTING";
            Touch(c);
        }

        return new WorkerReply(202, Status(c));
    }, $"Unknown connector: {name}");

    public WorkerReply RestartTask(string name, string task) => With(name, c =>
    {
        if (c.Task is null || task != "0") return WorkerReply.Error(404, $"Unknown task: {name}-{task}");
        c.Task = "RESTARTING";
        Touch(c);
        return new WorkerReply(204);
    }, $"Unknown connector: {name}");

    public async Task<WorkerReply> DeleteAsync(string name)
    {
        if (!_connectors.Remove(name, out var entry)) return Missing(name);
        await EndAsync(entry);
        _kept[name] = entry.Offset;
        return new WorkerReply(204);
    }

    /// <summary>A failure by command: the task stops with this trace.</summary>
    public async Task<bool> FailAsync(string name, string trace)
    {
        if (!_connectors.TryGetValue(name, out var entry) || entry.Task is null) return false;
        await EndAsync(entry);
        (entry.Task, entry.Trace) = ("FAILED", trace);
        return true;
    }

    /// <summary>Does what is due.</summary>
    public async Task AdvanceAsync(CancellationToken cancellationToken)
    {
        foreach (var entry in _connectors.Values.Where(c => c.Due <= options.Time.GetUtcNow()).ToList())
        {
            entry.Due = null;
            await EndAsync(entry);
            if (entry.Target == TargetState.Running) await StartAsync(entry, cancellationToken);
            else (entry.Shown, entry.Task, entry.Trace) = entry.Target == TargetState.Stopped ? ("STOPPED", null, null) : ("PAUSED", "PAUSED", (string?)null);
        }
    }

    public async Task EndAllAsync()
    {
        foreach (var entry in _connectors.Values) await EndAsync(entry);
    }

    private async Task StartAsync(ConnectorEntry entry, CancellationToken cancellationToken)
    {
        var run = await sources.StartAsync(entry.Name, Resolved(entry.Config), entry.Offset?.DeepClone().AsObject(), trace => Failed(entry, trace), cancellationToken);
        entry.Shown = "RUNNING";
        entry.Run = run;
        (entry.Task, entry.Trace) = run.Trace is { } trace ? ("FAILED", trace) : ("RUNNING", null);
        entry.Topics.UnionWith(run.Topics);
    }

    private static void Failed(ConnectorEntry entry, string trace) => (entry.Task, entry.Trace) = ("FAILED", trace);

    private static async Task EndAsync(ConnectorEntry entry)
    {
        if (entry.Run is not { } run) return;
        await run.StopAsync();
        entry.Topics.UnionWith(run.Topics);
        entry.Offset = run.Offset ?? entry.Offset;
        entry.Run = null;
    }

    private JsonObject Add(string name, Dictionary<string, string> config, TargetState target)
    {
        var entry = new ConnectorEntry(name, config) { Target = target, Offset = _kept.GetValueOrDefault(name) };
        _connectors[name] = entry;
        Touch(entry);
        return Info(entry);
    }

    private JsonObject Change(ConnectorEntry entry, Dictionary<string, string> config)
    {
        var same = config.Count == entry.Config.Count && config.All(o => entry.Config.GetValueOrDefault(o.Key) == o.Value);
        entry.Config = config;
        if (!same) Touch(entry);
        return Info(entry);
    }

    private async Task<WorkerReply?> RefusalAsync(string name, Dictionary<string, string> config, CancellationToken cancellationToken)
    {
        if (config.TryGetValue("name", out var other) && other != name) return WorkerReply.Error(400, $"Connector name configuration ({other}) doesn't match connector name in the URL ({name})");
        if (!config.TryGetValue("connector.class", out var type)) return WorkerReply.Error(400, $"Connector config {{{string.Join(", ", config.Select(o => $"{o.Key}={o.Value}"))}}} contains no connector type");
        if (_plugins.Find(type) is not { } plugin) return WorkerReply.Error(500, _plugins.NotFound(type)[(_plugins.NotFound(type).IndexOf(": ", StringComparison.Ordinal) + 2)..]);
        var named = Named(config, name);
        var judgement = await _validator.JudgeAsync(plugin, named, Resolved(named), cancellationToken);
        return judgement.Errors.Count == 0 ? null : WorkerReply.Error(400, judgement.Refusal);
    }

    private void Touch(ConnectorEntry entry) => entry.Due = options.Time.GetUtcNow() + options.Reaction;

    /// <param name="unknown">What is said where there is no such connector: Kafka Connect's words differ from path to path (its DistributedHerder).</param>
    private WorkerReply With(string name, Func<ConnectorEntry, WorkerReply> answer, string? unknown = null) =>
        _connectors.TryGetValue(name, out var entry) ? answer(entry) : unknown is null ? Missing(name) : WorkerReply.Error(404, unknown);

    private static WorkerReply Missing(string name) => WorkerReply.Error(404, $"Connector {name} not found");

    private static WorkerReply StopFirst(string name) => WorkerReply.Error(400, $"Connectors must be in the STOPPED state before their offsets can be modified. This can be done for the specified connector by issuing a 'PUT' request to the '/connectors/{name}/stop' endpoint");

    private static WorkerReply Altered(string how) => new(200, new JsonObject
    {
        ["message"] = $"The Connect framework-managed offsets for this connector have been {how} successfully. However, if this connector manages offsets externally, they will need to be manually {how} in the system that the connector uses.",
    });

    private static bool IsStopped(ConnectorEntry entry) => entry.Target == TargetState.Stopped && entry.Due is null;

    private static JsonObject Partition(ConnectorEntry entry) => new() { ["server"] = entry.Config.GetValueOrDefault("topic.prefix") };

    private static JsonObject TaskId(string name) => new() { ["connector"] = name, ["task"] = 0 };

    private static JsonObject Info(ConnectorEntry entry) => new()
    {
        ["name"] = entry.Name,
        ["config"] = Json(entry.Config),
        ["tasks"] = entry.Task is null ? new JsonArray() : new JsonArray(TaskId(entry.Name)),
        ["type"] = "source",
    };

    private JsonObject Status(ConnectorEntry entry) => new()
    {
        ["name"] = entry.Name,
        ["connector"] = new JsonObject { ["state"] = entry.Shown, ["worker_id"] = options.WorkerId, ["version"] = Version(entry) },
        ["tasks"] = entry.Task is null ? new JsonArray() : new JsonArray(TaskStatus(entry)),
        ["type"] = "source",
    };

    private JsonObject TaskStatus(ConnectorEntry entry)
    {
        var json = new JsonObject { ["id"] = 0, ["state"] = entry.Task, ["worker_id"] = options.WorkerId, ["version"] = Version(entry) };
        if (entry.Trace is not null) json["trace"] = entry.Trace;
        return json;
    }

    private string? Version(ConnectorEntry entry) => _plugins.Find(entry.Config["connector.class"])?.Version;

    private Dictionary<string, string> Resolved(IReadOnlyDictionary<string, string> config) => config.ToDictionary(o => o.Key, o => _references.Resolve(o.Value, []), StringComparer.Ordinal);

    private static Dictionary<string, string> Named(Dictionary<string, string> config, string name) => new(config, StringComparer.Ordinal) { ["name"] = name };

    private static JsonObject Json(IReadOnlyDictionary<string, string> config) => new(config.Select(o => KeyValuePair.Create(o.Key, (JsonNode?)o.Value)));

    private static Dictionary<string, string>? Config(JsonNode? body) =>
        body is JsonObject config ? config.Where(o => o.Value is not null).ToDictionary(o => o.Key, o => Text(o.Value!), StringComparer.Ordinal) : null;

    private static string Text(JsonNode value) => value is JsonValue text && text.TryGetValue<string>(out var s) ? s : value.ToJsonString();

    private static WorkerReply NoObject(JsonNode? body) => body is JsonValue value && value.TryGetValue<string>(out var text)
        ? WorkerReply.Error(500, $"Cannot construct instance of `java.util.LinkedHashMap` (although at least one Creator exists): no String-argument constructor/factory method to deserialize from String value ('{text}')\n at [Source: REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled); line: 1, column: 1]")
        : WorkerReply.Error(500, $"Cannot deserialize value of type `java.util.LinkedHashMap<java.lang.Object,java.lang.Object>` from {(body is JsonArray ? "Array" : "this")} value (token `JsonToken.START_ARRAY`)");
}
