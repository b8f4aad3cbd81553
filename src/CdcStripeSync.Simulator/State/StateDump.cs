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

    public static string Write(SimulatorState state)
    {
        lock (state.Gate)
        {
            var dump = new JsonObject { ["account"] = state.AccountId };
            var objects = new JsonObject();
            foreach (var collection in state.Collections)
                objects[collection.Name] = new JsonArray([.. collection.Ordered.Select(e => e.Json.DeepClone())]);
            dump["objects"] = objects;
            dump["deleted_customers"] = new JsonArray([.. state.DeletedCustomers.Select(d => JsonValue.Create(d))]);
            dump["events"] = new JsonArray([.. state.Events.Ordered.Select(e => e.ToJson(state.LiveMode))]);
            dump["idempotency_keys"] = state.Keys.Write();
            dump["ids_drawn"] = state.Ids.Drawn;
            return dump.ToJsonString();
        }
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
}
