using CdcStripeSync.Debezium.Avro;

namespace CdcStripeSync.Debezium.Registry;

/// <summary>Writer's schemas by registry id.</summary>
public interface ISchemaSource
{
    /// <exception cref="Pipeline.Ports.SchemaRegistryUnavailableException">It cannot be told now: the record waits.</exception>
    ValueTask<SchemaLookup> FindAsync(int id, CancellationToken cancellationToken);

    /// <summary>The newest schema of a topic's values; null where none is registered under the topic's name.</summary>
    /// <exception cref="Pipeline.Ports.SchemaRegistryUnavailableException">It cannot be told now: the record waits.</exception>
    ValueTask<AvroSchema?> FindValueOfAsync(string topic, CancellationToken cancellationToken) => ValueTask.FromResult<AvroSchema?>(null);
}
