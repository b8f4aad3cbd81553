using CdcStripeSync.Debezium.Avro;
using CdcStripeSync.Debezium.Registry;

namespace CdcStripeSync.Debezium.Tests;

/// <summary>Schemas given by the test; any other id is unknown.</summary>
internal sealed class FixedSchemas(params (int Id, string Schema)[] schemas) : ISchemaSource
{
    public ValueTask<SchemaLookup> FindAsync(int id, CancellationToken cancellationToken)
    {
        foreach (var (known, schema) in schemas)
        {
            if (known == id) return ValueTask.FromResult(new SchemaLookup(AvroSchema.Parse(schema), null));
        }

        return ValueTask.FromResult(new SchemaLookup(null, $"schema id {id} is not known here"));
    }
}
