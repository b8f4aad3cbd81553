using System.Text.Json.Nodes;
using CdcStripeSync.Simulator.Events;
using CdcStripeSync.Simulator.State;

namespace CdcStripeSync.Simulator.Rules;

/// <summary>One request's hold on the account: its writes, and the events they cause.</summary>
internal sealed class Execution(SimulatorState state, string requestId, string? idempotencyKey)
{
    public SimulatorState State => state;

    /// <summary>Unix seconds.</summary>
    public long Now { get; } = state.Clock.GetUtcNow().ToUnixTimeSeconds();

    public IdFactory Ids => state.Ids;

    public void Add(ObjectCollection collection, JsonObject json)
    {
        collection.Add(json);
        state.Search.Note(json, exists: true);
        Emit(json, "created", json, null);
    }

    /// <summary>Replaces an object by its changed copy; nothing happens where they are equal.</summary>
    public void Replace(ObjectCollection collection, Entry entry, JsonObject next)
    {
        var previous = AttributeDifference.Between(entry.Json, next);
        if (previous.Count == 0) return;
        if (next.ContainsKey("updated"))
        {
            if ((long?)next["updated"] != Now) previous["updated"] = entry.Json["updated"]?.DeepClone();
            next["updated"] = Now;
        }

        collection.Replace(entry, next);
        state.Search.Note(next, exists: true);
        foreach (var hidden in Answers.Expandable.Hidden((string)next["object"]!)) previous.Remove(hidden);
        Emit(next, "updated", next, previous);
    }

    public void Remove(ObjectCollection collection, Entry entry)
    {
        collection.Remove(entry);
        state.Search.Note(entry.Json, exists: false);
        Emit(entry.Json, "deleted", entry.Json, null);
    }

    private void Emit(JsonObject json, string what, JsonObject snapshot, JsonObject? previous)
    {
        if ((string)json["object"]! is "webhook_endpoint" or "product_feature") return;
        state.Events.Add(new StripeEvent(
            Ids.Next("evt_1", 23), $"{(string)json["object"]!}.{what}", Now, snapshot, previous, requestId, idempotencyKey));
    }
}
