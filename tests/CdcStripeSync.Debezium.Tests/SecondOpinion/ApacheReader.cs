using System.Text.Json;
using Avro;
using Avro.Generic;
using Avro.IO;

namespace CdcStripeSync.Debezium.Tests.SecondOpinion;

/// <summary>Apache Avro's generic reader, which tells what branch a union's value had and leaves logical types as the values that carry them.</summary>
/// <remarks>Its logical values are .NET's, which hold less than Avro's: a date of Debezium's beyond the year 9999 is an error there.
/// <see cref="LogicalTypeTests"/> has them.</remarks>
internal sealed class ApacheReader(Schema schema) : DefaultReader(schema, schema)
{
    /// <summary>The value in Avro's JSON encoding.</summary>
    public static JsonElement Json(Schema schema, byte[] body)
    {
        using var stream = new MemoryStream(body);
        var value = new ApacheReader(schema).Read(reuse: null, schema, schema, new BinaryDecoder(stream));
        Assert.Equal(body.Length, stream.Position);
        return JsonElement.Parse(ApacheJson.Of(value)?.ToJsonString() ?? "null");
    }

    protected override object ReadUnion(object reuse, UnionSchema writerSchema, Schema readerSchema, Decoder d)
    {
        var branch = writerSchema[d.ReadUnionIndex()];
        return new UnionBranch(branch.Fullname, Read(reuse: null, branch, branch, d));
    }

    protected override object ReadLogical(object reuse, LogicalSchema writerSchema, Schema readerSchema, Decoder d) =>
        Read(reuse: null, writerSchema.BaseSchema, writerSchema.BaseSchema, d);
}
