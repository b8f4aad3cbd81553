using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CdcStripeSync.Debezium.Avro;

namespace CdcStripeSync.Debezium.Tests.Avro;

/// <summary>Random schemas with random values: what the encoder wrote, the decoder reads back, and skipping ends where reading does.</summary>
public sealed class RandomSchemaTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Values_OfRandomSchemas_RoundTrip(int seed)
    {
        for (var i = 0; i < 500; i++)
        {
            var random = new Random((seed * 10_000) + i);
            var names = 0;
            var type = Type(random, 0, ref names);
            var schema = AvroSchema.Parse(type.ToJsonString());
            var value = Value(random, schema);
            using var json = JsonDocument.Parse(value?.ToJsonString() ?? "null");
            var bytes = new AvroEncoder(negativeBlocks: i % 2 == 0).Encode(schema, json.RootElement);
            using var read = JsonDocument.Parse(Read(schema, bytes));
            Assert.True(JsonElement.DeepEquals(json.RootElement, read.RootElement), $"schema {type.ToJsonString()}\nwrote {json.RootElement}\nread  {read.RootElement}");
            var skipping = new AvroReader(bytes);
            skipping.Skip(schema);
            Assert.Equal(0, skipping.Remaining);
        }
    }

    private static string Read(AvroSchema schema, byte[] bytes)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer)) AvroJsonWriter.Write(writer, schema, bytes);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static JsonNode Type(Random random, int depth, ref int names)
    {
        var kind = random.Next(depth < 4 ? 14 : 7);
        switch (kind)
        {
            case 0: return "boolean";
            case 1: return "int";
            case 2: return "long";
            case 3: return "float";
            case 4: return "double";
            case 5: return "bytes";
            case 6: return "string";
            case 7: return new JsonObject { ["type"] = "fixed", ["name"] = $"F{names++}", ["size"] = random.Next(1, 20) };
            case 8: return new JsonObject { ["type"] = "enum", ["name"] = $"E{names++}", ["symbols"] = new JsonArray("A", "B", "C") };
            case 9: return new JsonObject { ["type"] = "array", ["items"] = Type(random, depth + 1, ref names) };
            case 10: return new JsonObject { ["type"] = "map", ["values"] = Type(random, depth + 1, ref names) };
            case 11:
                var inner = Type(random, depth + 1, ref names);
                while (inner is JsonArray) inner = Type(random, depth + 1, ref names);
                return random.Next(2) == 0 ? new JsonArray("null", inner) : new JsonArray(inner, "null");
            default:
                var fields = new JsonArray();
                var record = new JsonObject { ["type"] = "record", ["name"] = $"R{names++}", ["namespace"] = random.Next(2) == 0 ? "n.s" : "other", ["fields"] = fields };
                for (var i = random.Next(1, 6); i > 0; i--) fields.Add(new JsonObject { ["name"] = $"f{i}", ["type"] = Type(random, depth + 1, ref names) });
                return record;
        }
    }

    private static JsonNode? Value(Random random, AvroSchema schema)
    {
        switch (schema.Kind)
        {
            case AvroKind.Boolean: return random.Next(2) == 0;
            case AvroKind.Int: return random.Next(int.MinValue, int.MaxValue);
            case AvroKind.Long: return random.NextInt64(long.MinValue, long.MaxValue);
            case AvroKind.Float: return JsonNode.Parse(((float)((random.NextDouble() - 0.5) * Math.Pow(10, random.Next(-30, 30)))).ToString("R", CultureInfo.InvariantCulture));
            case AvroKind.Double: return JsonNode.Parse(((random.NextDouble() - 0.5) * Math.Pow(10, random.Next(-300, 300))).ToString("R", CultureInfo.InvariantCulture));
            case AvroKind.Bytes: return Latin(random, random.Next(30));
            case AvroKind.Fixed: return Latin(random, schema.Size);
            case AvroKind.String: return Text(random);
            case AvroKind.Enum: return schema.Symbols[random.Next(schema.Symbols.Length)];
            case AvroKind.Array: return new JsonArray([.. Enumerable.Range(0, random.Next(5)).Select(_ => Value(random, schema.Element!))]);
            case AvroKind.Map: return new JsonObject(Enumerable.Range(0, random.Next(5)).Select(i => KeyValuePair.Create($"{i}{Text(random)}", Value(random, schema.Element!))));
            case AvroKind.Record: return new JsonObject(schema.Fields.Select(f => KeyValuePair.Create(f.Name, Value(random, f.Schema))));
            case AvroKind.Union:
                var branch = schema.Branches[random.Next(schema.Branches.Length)];
                return branch.Kind == AvroKind.Null ? null : new JsonObject { [branch.Name] = Value(random, branch) };
            default: return null;
        }
    }

    private static string Latin(Random random, int length) => new([.. Enumerable.Range(0, length).Select(_ => (char)random.Next(256))]);

    private static string Text(Random random) => string.Concat(Enumerable.Range(0, random.Next(6)).Select(_ => random.Next(4) switch { 0 => "é", 1 => "👕", 2 => "\"\\\n", _ => "a" }));
}
