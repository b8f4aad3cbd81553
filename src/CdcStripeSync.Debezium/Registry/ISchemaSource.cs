namespace CdcStripeSync.Debezium.Registry;

/// <summary>Writer's schemas by registry id.</summary>
public interface ISchemaSource
{
    /// <exception cref="Pipeline.Ports.SchemaRegistryUnavailableException">It cannot be told now: the record waits.</exception>
    ValueTask<SchemaLookup> FindAsync(int id, CancellationToken cancellationToken);
}
