using System.Collections.Concurrent;

namespace CdcStripeSync.Debezium.Envelope;

/// <summary>What each topic's tombstones mean, learned from the records beside them.</summary>
internal sealed class TopicShapes(DecoderOptions options)
{
    private readonly ConcurrentDictionary<string, TombstoneMeaning> _learned = new(StringComparer.Ordinal);

    /// <summary>Found: no record of the topic was seen yet.</summary>
    public TombstoneMeaning Of(string topic) =>
        options.Tombstones != TombstoneMeaning.Found ? options.Tombstones : _learned.GetValueOrDefault(topic, TombstoneMeaning.Found);

    public void Envelope(string topic) => Learn(topic, TombstoneMeaning.AfterDelete);

    /// <param name="tellsDeletes">The rows have a <c>__deleted</c> field.</param>
    public void Row(string topic, bool tellsDeletes) => Learn(topic, tellsDeletes ? TombstoneMeaning.AfterDelete : TombstoneMeaning.Delete);

    private void Learn(string topic, TombstoneMeaning meaning)
    {
        if (!_learned.TryGetValue(topic, out var known) || known != meaning) _learned[topic] = meaning;
    }
}
