using System.Text.Json;
using Avro.Generic;
using CdcStripeSync.Debezium.Registry;
using CdcStripeSync.Debezium.Tests.Avro;
using CdcStripeSync.Debezium.Tests.Registry;
using CdcStripeSync.Debezium.Wire;
using Confluent.Kafka;
using Confluent.SchemaRegistry;
using Confluent.SchemaRegistry.Serdes;
using FsCheck;
using FsCheck.Fluent;

namespace CdcStripeSync.Debezium.Tests.SecondOpinion;

/// <summary>What Confluent's serializer writes and registers, this decoder finds in the registry and reads.</summary>
public sealed class ConfluentSerializerTests
{
    [Fact]
    public async Task Records_WrittenByConfluentsSerializer_AreRead()
    {
        await using var registry = await RegistryDouble.StartAsync();
        using var confluent = new CachedSchemaRegistryClient(new SchemaRegistryConfig { Url = registry.Address.ToString() });
        using var own = new SchemaRegistryClient(new SchemaRegistryOptions(registry.Address) { Timeout = TimeSpan.FromMinutes(1) }, TimeProvider.System);
        var serializer = new AvroSerializer<GenericRecord>(confluent, new AvroSerializerConfig { AutoRegisterSchemas = true });
        foreach (var (schema, value) in AvroShapes.Values(AvroShapes.Of(2).Where(CanBeWritten)).Sample(60))
        {
            var subject = new SerializationContext(MessageComponentType.Value, $"topic-{registry.Registered}");
            var framed = await serializer.SerializeAsync(Record(schema, value), subject);
            Assert.Null(ConfluentFrame.TryRead(framed, out var frame));
            Assert.Equal(registry.Registered, frame.SchemaId);
            var found = await own.FindAsync(frame.SchemaId, CancellationToken.None);
            OwnDecoder.AssertSame(JsonElement.Parse(value), OwnDecoder.Json(found.Schema!, frame.Body), found.Schema!, schema);
        }
    }

    /// <summary>A record whose values .NET's types hold: Apache Avro wraps a timestamp round that <see cref="DateTime"/> does not reach
    /// (the largest number of microseconds is written as -1).</summary>
    private static bool CanBeWritten(AvroShape shape) =>
        shape.Type.StartsWith("{\"type\":\"record\"", StringComparison.Ordinal) && !shape.Type.Contains("logicalType", StringComparison.Ordinal);

    /// <summary>The value as Apache Avro's own reader has it: its writer finds a union's branch by itself.</summary>
    private static GenericRecord Record(string schema, string value)
    {
        var parsed = global::Avro.Schema.Parse(schema);
        using var body = new MemoryStream(new AvroEncoder().Encode(Debezium.Avro.AvroSchema.Parse(schema), JsonElement.Parse(value)));
        return new GenericReader<GenericRecord>(parsed, parsed).Read(null!, new global::Avro.IO.BinaryDecoder(body));
    }
}
