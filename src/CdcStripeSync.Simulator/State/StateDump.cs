using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CdcStripeSync.Simulator.Events;

namespace CdcStripeSync.Simulator.State;

/// <summary>The account as one JSON text, and back: objects with their hidden fields, oldest first, events, remembered idempotency keys, and where the ids go on.</summary>
/// <remarks>Keys and ids belong to it because a client outlives a restart: it resends under its old keys, and an id that came twice would be two objects.</remarks>
internal static class StateDump
{
    public static IReadOnlyDictionary<string, IReadOnlyList<JsonObject>> Objects(SimulatorState state)
    {
        lock (state.Gate)
        {
            return state.Collections.ToDictionary(
                c => c.Name, c => (IReadOnlyList<JsonObject>)[.. c.Ordered.Select(e => e.Json.DeepClone().AsObject())]);
        }
    }

    /// <remarks>Only the references are taken under the lock: an object's JSON is replaced, never changed, so the long writing delays no request.</remarks>
    public static string Write(SimulatorState state)
    {
        List<(string Name, JsonObject[] Objects)> collections;
        StripeEvent[] events;
        string[] deletedCustomers;
        JsonArray keys;
        long drawn;
        lock (state.Gate)
        {
            collections = [.. state.Collections.Select(c => (c.Name, c.Ordered.Select(e => e.Json).ToArray()))];
            events = [.. state.Events.Ordered];
            deletedCustomers = [.. state.DeletedCustomers];
            keys = state.Keys.Write();
            drawn = state.Ids.Drawn;
        }

        var buffer = new ArrayBufferWriter<byte>(64 * 1024);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("account", state.AccountId);
            json.WriteStartObject("objects");
            foreach (var (name, objects) in collections) WriteArray(json, name, objects);
            json.WriteEndObject();
            WriteArray(json, "deleted_customers", deletedCustomers.Select(d => JsonValue.Create(d)));
            WriteArray(json, "events", events.Select(e => e.ToJson(state.LiveMode)));
            WriteArray(json, "idempotency_keys", keys);
            json.WriteNumber("ids_drawn", drawn);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>Replaces everything by what a dump holds.</summary>
    public static void Read(SimulatorState state, string json)
    {
        var dump = JsonNode.Parse(json)!.AsObject();
        lock (state.Gate)
        {
            foreach (var collection in state.Collections)
            {
                collection.Clear();
                foreach (var item in dump["objects"]?[collection.Name] as JsonArray ?? []) collection.Add(item!.DeepClone().AsObject());
            }

            if (state["tax_codes"].Ordered.Count == 0) Rules.TaxCodes.Put(state["tax_codes"]);
            state.Search.Clear();
            foreach (var entry in state.Collections.SelectMany(c => c.Ordered)) state.Search.Note(entry.Json, exists: true);
            state.DeletedCustomers.Clear();
            foreach (var id in dump["deleted_customers"] as JsonArray ?? []) state.DeletedCustomers.Add((string)id!);
            state.Events.Clear();
            foreach (var item in dump["events"] as JsonArray ?? []) state.Events.Add(StripeEvent.FromJson(item!.AsObject()));
            state.Keys.Read(dump["idempotency_keys"] as JsonArray ?? []);
            state.Ids.SkipTo((long?)dump["ids_drawn"] ?? 0);
        }
    }

    private static void WriteArray(Utf8JsonWriter json, string name, IEnumerable<JsonNode?> items)
    {
        json.WriteStartArray(name);
        foreach (var item in items) item!.WriteTo(json);
        json.WriteEndArray();
    }
}
