using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace CdcStripeSync.Connect.Backfilling;

/// <summary>Debezium's request for an incremental snapshot: rows are read in chunks between the live changes.</summary>
/// <param name="Id">By which the notifications name it.</param>
/// <param name="Tables"><c>schema.table</c> (PostgreSQL), <c>database.table</c> (MySQL, MariaDB).</param>
/// <param name="Filter">SQL condition on the rows; null for all.</param>
public sealed record BackfillSignal(string Id, IReadOnlyList<string> Tables, string? Filter)
{
    public const string Type = "execute-snapshot";

    private static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The third column of a signal table's row.</summary>
    public string Data => DataNode().ToJsonString(Json);

    /// <summary>A signal topic's message; its key must be the connector's <c>topic.prefix</c>.</summary>
    public string Message => new JsonObject { ["id"] = Id, ["type"] = Type, ["data"] = DataNode() }.ToJsonString(Json);

    private JsonObject DataNode()
    {
        var data = new JsonObject { ["type"] = "incremental", ["data-collections"] = new JsonArray([.. Tables.Select(t => (JsonNode)t)]) };
        if (Filter is not null)
            data["additional-conditions"] = new JsonArray([.. Tables.Select(t => (JsonNode)new JsonObject { ["data-collection"] = t, ["filter"] = Filter })]);
        return data;
    }
}
