using System.Text.Json.Nodes;
using CdcStripeSync.DevStack.Connector.Columns;
using CdcStripeSync.DevStack.Connector.Tables;

namespace CdcStripeSync.DevStack.Connector.Records;

/// <summary>A key as the JSON in the key-change headers: <c>{"id":40}</c>; bytes as base64, as Connect's JsonConverter.</summary>
internal static class KeyJson
{
    public static string Of(TableShape table, object?[] key)
    {
        var json = new JsonObject();
        for (var i = 0; i < key.Length; i++)
            json[table.KeySchema!.Fields[i].Name] = key[i] is byte[] bytes ? Convert.ToBase64String(bytes) : ColumnDefault.ToJson(key[i]);
        return json.ToJsonString();
    }
}
