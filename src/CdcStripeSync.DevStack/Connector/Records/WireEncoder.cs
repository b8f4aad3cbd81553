using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using CdcStripeSync.DevStack.Avro;

namespace CdcStripeSync.DevStack.Connector.Records;

/// <summary>Writes values in Confluent wire format: a zero byte, the schema's id, Avro.</summary>
internal sealed class WireEncoder(ISchemaIds ids)
{
    private readonly ConditionalWeakTable<AvroType, Dictionary<string, int>> _known = [];

    public Task<byte[]> KeyAsync(string topic, AvroType schema, object value, CancellationToken cancellationToken) =>
        EncodeAsync($"{topic}-key", schema, value, cancellationToken);

    public Task<byte[]> ValueAsync(string topic, AvroType schema, object value, CancellationToken cancellationToken) =>
        EncodeAsync($"{topic}-value", schema, value, cancellationToken);

    private async Task<byte[]> EncodeAsync(string subject, AvroType schema, object value, CancellationToken cancellationToken)
    {
        var known = _known.GetOrCreateValue(schema);
        if (!known.TryGetValue(subject, out var id))
            known[subject] = id = await ids.RegisterAsync(subject, schema.ToSchemaJson(), cancellationToken);
        var writer = new AvroWriter();
        writer.Raw(Prefix(id));
        schema.Write(writer, value);
        return writer.ToArray();
    }

    private static byte[] Prefix(int id)
    {
        var prefix = new byte[5];
        BinaryPrimitives.WriteInt32BigEndian(prefix.AsSpan(1), id);
        return prefix;
    }
}
