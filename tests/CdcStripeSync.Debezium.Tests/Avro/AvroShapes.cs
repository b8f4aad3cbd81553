using System.Globalization;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;

namespace CdcStripeSync.Debezium.Tests.Avro;

/// <summary>Random types of every kind that Avro has, with random values.</summary>
internal static class AvroShapes
{
    private static readonly Gen<long> Longs = Gen.OneOf(
        ArbMap.Default.GeneratorFor<long>(), Gen.Choose(0, 63).Zip(ArbMap.Default.GeneratorFor<long>()).Select(n => n.Item2 >> n.Item1), Gen.Elements(long.MinValue, long.MaxValue));

    private static readonly Gen<string> Bytes = Gen.Choose(0, 255).ListOf().Select(Latin);

    private static readonly Gen<string> Texts = Gen.Elements(
        "", "a", "é👕", "\"\\\n\0", "__debezium_unavailable_value", "a longer text than sixty-four bytes, so that its length takes two of them").Select(t => JsonSerializer.Serialize(t));

    /// <summary>No two named types have one name, so that any of them can stand in one schema.</summary>
    private static readonly Gen<string> Names = Gen.Choose(0, int.MaxValue).Zip(Gen.Choose(0, int.MaxValue)).Select(n => string.Create(CultureInfo.InvariantCulture, $"N{n.Item1}_{n.Item2}"));

    private static readonly Gen<AvroShape> Numbers = Gen.Elements(
        new AvroShape("boolean", "\"boolean\"", Gen.Elements("true", "false")),
        new AvroShape("int", "\"int\"", Longs.Select(n => Number((int)n))),
        new AvroShape("long", "\"long\"", Longs.Select(Number)),
        new AvroShape("float", "\"float\"", ArbMap.Default.GeneratorFor<float>().Select(n => Floating(n, float.IsFinite(n)))),
        new AvroShape("double", "\"double\"", ArbMap.Default.GeneratorFor<double>().Select(n => Floating(n, double.IsFinite(n)))));

    private static readonly Gen<AvroShape> Logical = Gen.Elements(
        new AvroShape("bytes", """{"type":"bytes","logicalType":"decimal","precision":40,"scale":2}""", Gen.Choose(0, 255).NonEmptyListOf().Select(Latin)),
        new AvroShape("int", """{"type":"int","logicalType":"date"}""", Longs.Select(n => Number((int)n))),
        new AvroShape("long", """{"type":"long","logicalType":"timestamp-micros"}""", Longs.Select(Number)),
        new AvroShape("string", """{"type":"string","logicalType":"uuid"}""", ArbMap.Default.GeneratorFor<Guid>().Select(g => $"\"{g}\"")),
        new AvroShape("long", """{"type":"long","logicalType":"nobody-knows"}""", Longs.Select(Number)));

    private static readonly Gen<AvroShape> Plain = Gen.OneOf(
        Gen.Constant(new AvroShape("null", "\"null\"", Gen.Constant("null"))),
        Numbers,
        Gen.Constant(new AvroShape("bytes", "\"bytes\"", Bytes)),
        Gen.Constant(new AvroShape("string", "\"string\"", Texts)),
        Logical,
        Names.Zip(Gen.Choose(1, 9)).Select(f => new AvroShape($"f.{f.Item1}", $$"""{"type":"fixed","name":"f.{{f.Item1}}","aliases":["Old"],"size":{{f.Item2}}}""", Gen.Choose(0, 255).ListOf(f.Item2).Select(Latin))),
        Names.Select(e => new AvroShape($"n.s.{e}", $$"""{"type":"enum","name":"{{e}}","namespace":"n.s","symbols":["A","B","C"],"default":"B"}""", Gen.Elements("\"A\"", "\"B\"", "\"C\""))));

    /// <param name="depth">How many types stand within each other at most.</param>
    public static Gen<AvroShape> Of(int depth)
    {
        if (depth == 0) return Plain;
        var inner = Of(depth - 1);
        return Gen.OneOf(Plain, Union(inner), inner.Select(Array), inner.Select(Map), Record(inner), Recursive(inner));
    }

    /// <summary>A schema's JSON and a value of it.</summary>
    public static Gen<(string Schema, string Value)> Values(Gen<AvroShape> shapes) => shapes.SelectMany(s => s.Values.Select(v => (s.Type, v)));

    private static Gen<AvroShape> Union(Gen<AvroShape> inner) => inner.Where(s => s.Branch != "union").NonEmptyListOf().Select(several =>
    {
        var branches = several.DistinctBy(s => s.Branch).Take(5).ToList(); // two of one unnamed type are no union
        return new AvroShape("union", $"[{string.Join(",", branches.Select(b => b.Type))}]", Gen.Elements(branches.AsEnumerable()).SelectMany(Wrapped));
    });

    private static AvroShape Array(AvroShape item) => new(
        "array", $$"""{"type":"array","items":{{item.Type}}}""", Few(item.Values).Select(v => $"[{string.Join(",", v)}]"));

    private static AvroShape Map(AvroShape value) => new(
        "map", $$"""{"type":"map","values":{{value.Type}}}""", Few(value.Values).Select(v => "{" + string.Join(",", v.Select((one, i) => $"\"é{i}\":{one}")) + "}"));

    private static Gen<AvroShape> Record(Gen<AvroShape> inner) => Names.Zip(inner.Zip(inner)).Select(r =>
    {
        var (name, (first, second)) = r;
        var type = $$"""
            {"type":"record","name":"r.{{name}}","doc":"d","aliases":["Old","other.Older"],"fields":[
              {"name":"first","type":{{first.Type}},"order":"ignore"},{"name":"kind","type":{"type":"enum","name":"E{{name}}","symbols":["X","Y"]},"default":"X"},
              {"name":"again","type":["null","E{{name}}"],"default":null},{"name":"full","type":["r.E{{name}}","int"]},{"name":"second","type":{{second.Type}},"aliases":["once"]}]}
            """;
        return new AvroShape($"r.{name}", type, first.Values.Zip(second.Values).Select(v =>
            $$"""{"first":{{v.Item1}},"kind":"Y","again":{"r.E{{name}}":"X"},"full":{"int":-1},"second":{{v.Item2}} }"""));
    });

    private static Gen<AvroShape> Recursive(Gen<AvroShape> inner) => Names.Zip(inner).Select(r =>
    {
        var (name, value) = r;
        var type = $$"""
            {"type":"record","name":"{{name}}","namespace":"n","fields":[{"name":"value","type":{{value.Type}}},{"name":"next","type":["null","{{name}}"],"default":null},
              {"name":"kids","type":{"items":"n.{{name}}","type":"array"} }]}
            """;
        return new AvroShape($"n.{name}", type, Nested(2));

        Gen<string> Nested(int levels) => levels == 0
            ? value.Values.Select(v => $$"""{"value":{{v}},"next":null,"kids":[]}""")
            : value.Values.Zip(Nested(levels - 1)).Zip(Few(Nested(levels - 1))).Select(v => $$"""{"value":{{v.Item1.Item1}},"next":{"n.{{name}}":{{v.Item1.Item2}} },"kids":[{{string.Join(",", v.Item2)}}]}""");
    });

    private static Gen<string> Wrapped(AvroShape branch) => branch.Branch == "null" ? branch.Values : branch.Values.Select(v => $$"""{"{{branch.Branch}}":{{v}} }""");

    private static Gen<List<string>> Few(Gen<string> values) => Gen.Choose(0, 3).SelectMany(values.ListOf).Select(v => v.ToList());

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Floating<T>(T value, bool isFinite) where T : IFormattable
    {
        var text = value.ToString("R", CultureInfo.InvariantCulture);
        return isFinite ? text : $"\"{text}\"";
    }

    private static string Latin(IEnumerable<int> bytes) => JsonSerializer.Serialize(string.Concat(bytes.Select(b => (char)b)));
}
