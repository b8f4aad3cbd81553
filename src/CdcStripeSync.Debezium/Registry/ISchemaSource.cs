using CdcStripeSync.Debezium.Avro;

namespace CdcStripeSync.Debezium.Registry;

/// <summary>Writer's schemas by registry id.</summary>
public interface ISchemaSource
{
    /// <exception cref="Pipeline.Ports.SchemaRegistryUnavailableException">It cannot be told now: the record waits.</exception>
    ValueTask<SchemaLookup> FindAsync(int id, CancellationToken cancellationToken);

    /// <summary>The newest schema of a topic's values; null where none is registered for it.</summary>
    /// <param name="keyName">The full name of the topic's key schema: the values' schema is beside it where subjects are not named after topics.</param>
    /// <exception cref="Pipeline.Ports.SchemaRegistryUnavailableException">It cannot be told now: the record waits.</exception>
    ValueTask<AvroSchema?> FindValueOfAsync(string topic, string keyName, CancellationToken cancellationToken) => ValueTask.FromResult<AvroSchema?>(null);
}
