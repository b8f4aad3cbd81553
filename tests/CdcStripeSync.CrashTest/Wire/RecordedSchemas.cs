using System.Buffers.Binary;
using System.Text.Json;
using CdcStripeSync.DevStack.Avro;
using CdcStripeSync.DevStack.Registry;

namespace CdcStripeSync.CrashTest.Wire;

/// <summary>The schemas that real Debezium registered for the sample shop, by the ids of the recording.</summary>
internal sealed class RecordedSchemas
{
    private readonly Dictionary<int, string> _texts;
    private readonly Dictionary<string, (int Id, AvroEncoder Encoder)> _byName = new(StringComparer.Ordinal);

    private RecordedSchemas(Dictionary<int, string> texts)
    {
        _texts = texts;
        foreach (var (id, text) in texts.OrderBy(t => t.Key))
        {
            var schema = JsonDocument.Parse(text).RootElement;
            _byName.TryAdd(schema.GetProperty("connect.name").GetString()!, (id, new AvroEncoder(schema))); // the oldest of each name
        }
    }

    public static RecordedSchemas Load()
    {
        using var file = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "crash", "schemas.json")));
        return new RecordedSchemas(file.RootElement.GetProperty("schemas").EnumerateObject().ToDictionary(s => int.Parse(s.Name, System.Globalization.CultureInfo.InvariantCulture), s => s.Value.GetRawText()));
    }

    public void PutInto(SchemaStore registry)
    {
        foreach (var (id, text) in _texts.OrderBy(t => t.Key)) registry.Put(id, text);
        foreach (var (name, (id, _)) in _byName) registry.Register(Subject(name), _texts[id]);
    }

    /// <summary>As Debezium registers them: after the topic.</summary>
    private static string Subject(string name) =>
        name.EndsWith(".Key", StringComparison.Ordinal) ? $"{name[..^4]}-key" : name.EndsWith(".Envelope", StringComparison.Ordinal) ? $"{name[..^9]}-value" : name;

    /// <summary>Confluent's wire format: a zero byte, the schema's id, Avro.</summary>
    /// <param name="name">Kafka Connect's name of the schema, as <c>shop.public.products.Envelope</c>.</param>
    public byte[] Encode(string name, IReadOnlyDictionary<string, object?> value)
    {
        var (id, encoder) = _byName[name];
        var prefix = new byte[5];
        BinaryPrimitives.WriteInt32BigEndian(prefix.AsSpan(1), id);
        var writer = new AvroWriter();
        writer.Raw(prefix);
        encoder.Write(writer, value);
        return writer.ToArray();
    }
}
