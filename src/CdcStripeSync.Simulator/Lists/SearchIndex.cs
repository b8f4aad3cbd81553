using System.Text.Json.Nodes;

namespace CdcStripeSync.Simulator.Lists;

/// <summary>What search sees: the account as it was a while ago.</summary>
internal sealed class SearchIndex(TimeSpan lag, TimeProvider clock)
{
    private readonly Dictionary<string, Dictionary<string, JsonObject>> visible = [];
    private readonly Queue<(DateTimeOffset At, JsonObject Json, bool Exists)> pending = [];

    /// <summary>Records a write; it shows after the lag.</summary>
    public void Note(JsonObject json, bool exists)
    {
        pending.Enqueue((clock.GetUtcNow(), json, exists));
        Settle();
    }

    /// <summary>The visible objects of one kind, newest first.</summary>
    public IReadOnlyList<JsonObject> Visible(string objectName)
    {
        Settle();
        return visible.TryGetValue(objectName, out var objects) ? [.. objects.Values.OrderByDescending(o => (long)o["created"]!)] : [];
    }

    public void Clear()
    {
        visible.Clear();
        pending.Clear();
    }

    private void Settle()
    {
        var until = clock.GetUtcNow() - lag;
        while (pending.TryPeek(out var write) && write.At <= until)
        {
            pending.Dequeue();
            var objectName = (string)write.Json["object"]!;
            if (objectName is not ("product" or "price" or "customer")) continue;
            if (!visible.TryGetValue(objectName, out var objects)) visible[objectName] = objects = [];
            var id = (string)write.Json["id"]!;
            if (write.Exists) objects[id] = write.Json;
            else objects.Remove(id);
        }
    }
}
