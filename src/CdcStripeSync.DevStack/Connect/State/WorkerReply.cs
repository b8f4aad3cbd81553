using System.Text.Json.Nodes;

namespace CdcStripeSync.DevStack.Connect.State;

/// <summary>An answer before it is HTTP.</summary>
internal sealed record WorkerReply(int Status, JsonNode? Body = null)
{
    public static WorkerReply Error(int status, string message) => new(status, new JsonObject { ["error_code"] = status, ["message"] = message });
}
