using System.Text.Json.Nodes;

namespace CdcStripeSync.Simulator.State;

/// <summary>An object at its place in the order of creation. The JSON is never changed in place: an update replaces it.</summary>
internal sealed class Entry(long sequence, string id, JsonObject json)
{
    public long Sequence { get; } = sequence;

    public string Id { get; } = id;

    public JsonObject Json { get; set; } = json;
}
