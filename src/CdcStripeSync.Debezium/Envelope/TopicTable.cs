using CdcStripeSync.Core.Changes;

namespace CdcStripeSync.Debezium.Envelope;

/// <summary>The table that a topic is named after: <c>prefix.schema.table</c>.</summary>
internal static class TopicTable
{
    public static TableId? Of(string topic, string prefix)
    {
        var rest = prefix.Length > 0 && topic.StartsWith(prefix + ".", StringComparison.Ordinal) ? topic[(prefix.Length + 1)..] : topic;
        var parts = rest.Split('.');
        return parts.Length < 2 ? null : new TableId(parts[^2], parts[^1]);
    }
}
