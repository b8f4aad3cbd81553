using System.Text.Json.Nodes;

namespace CdcStripeSync.Simulator.Lists;

/// <summary>One condition of a list request on one field.</summary>
internal abstract class ListFilter
{
    public abstract bool Matches(JsonObject json);

    public static ListFilter Of(string name, JsonNode? value) => (name, value) switch
    {
        ("ids" or "lookup_keys", _) => new Anything(), // the candidates are chosen by these
        ("archived", not null) => new Equal("active", !(bool)value),
        ("coupon", not null) => new Nested("promotion", new JsonObject { ["coupon"] = value.DeepClone() }),
        (_, JsonObject range) when range.Any(m => m.Key is "gt" or "gte" or "lt" or "lte") => new Range(name, range),
        (_, JsonObject members) => new Nested(name, members),
        _ => new Equal(name, value),
    };

    private sealed class Anything : ListFilter
    {
        public override bool Matches(JsonObject json) => true;
    }

    private sealed class Equal(string name, JsonNode? value) : ListFilter
    {
        public override bool Matches(JsonObject json) => JsonNode.DeepEquals(json[name], value);
    }

    private sealed class Nested(string name, JsonObject members) : ListFilter
    {
        public override bool Matches(JsonObject json) =>
            json[name] is JsonObject nested && members.All(m => JsonNode.DeepEquals(nested[m.Key], m.Value));
    }

    private sealed class Range(string name, JsonObject bounds) : ListFilter
    {
        private readonly long? gt = (long?)bounds["gt"], gte = (long?)bounds["gte"], lt = (long?)bounds["lt"], lte = (long?)bounds["lte"];

        public override bool Matches(JsonObject json)
        {
            if (json[name] is not { } node) return false;
            var value = (long)node;
            return !(value <= gt || value < gte || value >= lt || value > lte);
        }
    }
}
