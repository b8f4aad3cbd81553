using System.Text.Json.Nodes;
using CdcStripeSync.DevStack.Connect.State;
using Microsoft.AspNetCore.Http;

namespace CdcStripeSync.DevStack.Connect;

/// <summary>Which path asks the worker for what.</summary>
internal static class ConnectRoutes
{
    public static async Task<WorkerReply> AnswerAsync(
        ConnectWorker worker, ConnectServerOptions options, string method, string[] path, IQueryCollection query, JsonNode? body, CancellationToken cancellationToken) => (method, path) switch
        {
            ("GET", []) => new WorkerReply(200, new JsonObject { ["version"] = "4.1.1", ["commit"] = "be816b82d25370ce", ["kafka_cluster_id"] = options.KafkaClusterId }),
            ("GET", ["health"]) => new WorkerReply(200, new JsonObject { ["status"] = "healthy", ["message"] = "Worker has completed startup and is ready to handle requests." }),
            ("GET", ["connector-plugins"]) => worker.Plugins(query["connectorsOnly"] != "false"),
            ("GET", ["connector-plugins", var plugin, "config"]) => worker.PluginOptions(plugin),
            ("PUT", ["connector-plugins", var plugin, "config", "validate"]) => await worker.ValidateAsync(plugin, body, cancellationToken),
            ("GET", ["connectors"]) => worker.List([.. query["expand"].OfType<string>()]),
            ("POST", ["connectors"]) => await worker.CreateAsync(body, cancellationToken),
            ("GET", ["connectors", var name]) => worker.Get(name),
            ("DELETE", ["connectors", var name]) => await worker.DeleteAsync(name),
            ("GET", ["connectors", var name, "config"]) => worker.ConfigOf(name),
            ("PUT", ["connectors", var name, "config"]) => await worker.PutAsync(name, body, cancellationToken),
            ("PATCH", ["connectors", var name, "config"]) => await worker.PatchAsync(name, body, cancellationToken),
            ("GET", ["connectors", var name, "status"]) => worker.StatusOf(name),
            ("GET", ["connectors", var name, "tasks"]) => worker.Tasks(name),
            ("GET", ["connectors", var name, "tasks", var task, "status"]) => worker.TaskStatus(name, task),
            ("POST", ["connectors", var name, "tasks", var task, "restart"]) => worker.RestartTask(name, task),
            ("POST", ["connectors", var name, "restart"]) => worker.Restart(name, query["includeTasks"] == "true", query["onlyFailed"] == "true"),
            ("PUT", ["connectors", var name, "pause"]) => worker.Become(name, TargetState.Paused),
            ("PUT", ["connectors", var name, "resume"]) => worker.Become(name, TargetState.Running),
            ("PUT", ["connectors", var name, "stop"]) => worker.Become(name, TargetState.Stopped),
            ("GET", ["connectors", var name, "topics"]) => worker.Topics(name),
            ("PUT", ["connectors", var name, "topics", "reset"]) => worker.ResetTopics(name),
            ("GET", ["connectors", var name, "offsets"]) => worker.Offsets(name),
            ("PATCH", ["connectors", var name, "offsets"]) => worker.AlterOffsets(name, body),
            ("DELETE", ["connectors", var name, "offsets"]) => worker.ResetOffsets(name),
            _ => WorkerReply.Error(404, "HTTP 404 Not Found"),
        };
}
