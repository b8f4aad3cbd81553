using System.Text.Json.Nodes;

namespace CdcStripeSync.Simulator.Events;

/// <summary>The former values of what an update changed: nested objects by member, arrays whole.</summary>
internal static class AttributeDifference
{
    public static JsonObject Between(JsonObject before, JsonObject after)
    {
        var difference = new JsonObject();
        foreach (var (name, old) in before)
        {
            var now = after[name];
            if (JsonNode.DeepEquals(old, now)) continue;
            difference[name] = old is JsonObject oldObject && now is JsonObject newObject
                ? Between(oldObject, newObject)
                : old?.DeepClone();
        }

        foreach (var (name, _) in after)
        {
            if (!before.ContainsKey(name)) difference[name] = null;
        }

        return difference;
    }
}
