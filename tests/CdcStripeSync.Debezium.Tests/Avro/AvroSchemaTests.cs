using CdcStripeSync.Debezium.Avro;

namespace CdcStripeSync.Debezium.Tests.Avro;

public sealed class AvroSchemaTests
{
    [Fact]
    public void Names_WithoutANamespace_TakeTheEnclosingOne()
    {
        var schema = AvroSchema.Parse("""
            {"type":"record","name":"Outer","namespace":"a.b","fields":[
              {"name":"inner","type":{"type":"record","name":"Inner","fields":[{"name":"x","type":{"type":"enum","name":"E","symbols":["P"]}}]}},
              {"name":"other","type":{"type":"fixed","name":"c.d.F","size":2}},
              {"name":"again","type":"Inner"},{"name":"full","type":"a.b.E"}]}
            """);
        Assert.Equal(["a.b.Inner", "c.d.F", "a.b.Inner", "a.b.E"], schema.Fields.Select(f => f.Schema.Name));
        Assert.Same(schema.Fields[0].Schema, schema.Fields[2].Schema);
    }

    /// <summary>"The empty string may also be used as a namespace to indicate the null namespace" (Avro specification 1.12, "Names").</summary>
    [Fact]
    public void Names_OfTheEmptyNamespace_HaveNone()
    {
        var schema = AvroSchema.Parse("""
            {"type":"record","name":"A","namespace":"x","fields":[{"name":"e","type":{"type":"enum","name":"E","namespace":"","symbols":["S"]}},{"name":"again","type":"E"}]}
            """);
        Assert.Equal(["E", "E"], schema.Fields.Select(f => f.Schema.Name));
    }

    [Fact]
    public void Names_AliasesDefaultsAndDocs_AreNoHindrance()
    {
        var schema = AvroSchema.Parse("""
            {"type":"record","name":"New","namespace":"n","aliases":["Old","m.Older"],"doc":"d","fields":[
              {"name":"kind","type":{"type":"enum","name":"Kind","aliases":["Sort"],"symbols":["A","B"],"default":"A"},"default":"B","order":"ignore"},
              {"name":"again","type":["Sort","null"],"default":"A","aliases":["twice"]},{"name":"self","type":["null","m.Older","Old"],"default":null}]}
            """);
        Assert.Same(schema.Fields[0].Schema, schema.Fields[1].Schema.Branches[0]);
        Assert.All(schema.Fields[2].Schema.Branches.Skip(1), b => Assert.Same(schema, b));
        Assert.Equal([true, true, false], schema.Fields.Select(f => f.HasDefault));
    }

    [Fact]
    public void Record_RefersToItself_IsOneNode()
    {
        var schema = AvroSchema.Parse("""{"type":"record","name":"Node","fields":[{"name":"v","type":"int"},{"name":"next","type":["null","Node"]}]}""");
        Assert.Same(schema, schema.Field("next")!.Schema.WithoutNull());
    }

    [Fact]
    public void SemanticType_ConnectNameWins_OverLogicalType()
    {
        var schema = AvroSchema.Parse("""{"type":"bytes","logicalType":"decimal","scale":3,"connect.name":"org.apache.kafka.connect.data.Decimal","connect.parameters":{"scale":"3"}}""");
        Assert.Equal("org.apache.kafka.connect.data.Decimal", schema.SemanticType);
        Assert.Equal("3", schema.Parameters["scale"]);
        Assert.Equal("time-micros", AvroSchema.Parse("""{"type":"long","logicalType":"time-micros"}""").SemanticType);
    }

    [Fact]
    public void Primitive_AsObjectOrNested_IsThePrimitive()
    {
        Assert.Equal(AvroKind.String, AvroSchema.Parse("\"string\"").Kind);
        Assert.Equal(AvroKind.Long, AvroSchema.Parse("""{"type":{"type":"long"}}""").Kind);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("7")]
    [InlineData("\"Missing\"")]
    [InlineData("""{"type":"record","name":"R"}""")]
    [InlineData("""{"type":"record","name":"R","fields":[{"name":"a","type":"Nope"}]}""")]
    [InlineData("""{"type":"fixed","name":"F","size":-1}""")]
    [InlineData("""{"type":"array"}""")]
    [InlineData("""["null",["int","string"]]""")]
    [InlineData("""["null",{"type":["int","string"]}]""")]
    [InlineData("""[{"type":"fixed","name":"F","size":1},{"type":"fixed","name":"F","size":2}]""")]
    public void Schema_Damaged_SaysThatItIsNone(string text) => Assert.NotEqual("", Assert.Throws<AvroSchemaException>(() => AvroSchema.Parse(text)).Message);

    [Fact]
    public void Schema_NestedBeyondReason_IsRefused()
    {
        var text = string.Concat(Enumerable.Repeat("""{"type":"array","items":""", 5_000)) + "\"int\"" + new string('}', 5_000);
        Assert.Throws<AvroSchemaException>(() => AvroSchema.Parse(text));
    }
}
