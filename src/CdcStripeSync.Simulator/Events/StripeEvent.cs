using System.Text.Json.Nodes;

namespace CdcStripeSync.Simulator.Events;

/// <summary>What happened to an object, as Stripe's events tell it.</summary>
/// <param name="Object">The object after the change (before it, for a deletion).</param>
/// <param name="Previous">Of an update: the former values of what changed, arrays whole.</param>
internal sealed record StripeEvent(
    string Id,
    string Type,
    long Created,
    JsonObject Object,
    JsonObject? Previous,
    string? RequestId,
    string? IdempotencyKey)
{
    public JsonObject ToJson(bool liveMode)
    {
        var data = new JsonObject { ["object"] = Visible(Object) };
        if (Previous is not null) data["previous_attributes"] = Previous.DeepClone();
        return new JsonObject
        {
            ["id"] = Id,
            ["object"] = "event",
            ["api_version"] = "2026-07-29.dahlia",
            ["created"] = Created,
            ["data"] = data,
            ["livemode"] = liveMode,
            ["pending_webhooks"] = 0,
            ["request"] = new JsonObject { ["id"] = RequestId, ["idempotency_key"] = IdempotencyKey },
            ["type"] = Type,
        };
    }

    public static StripeEvent FromJson(JsonObject json) => new(
        (string)json["id"]!,
        (string)json["type"]!,
        (long)json["created"]!,
        (JsonObject)json["data"]!["object"]!.DeepClone(),
        (JsonObject?)json["data"]!["previous_attributes"]?.DeepClone(),
        (string?)json["request"]?["id"],
        (string?)json["request"]?["idempotency_key"]);

    /// <summary>Fields that Stripe shows on request only are not part of an event.</summary>
    private static JsonObject Visible(JsonObject json)
    {
        var copy = json.DeepClone().AsObject();
        foreach (var hidden in Answers.Expandable.Hidden((string?)json["object"] ?? "")) copy.Remove(hidden);
        return copy;
    }
}
