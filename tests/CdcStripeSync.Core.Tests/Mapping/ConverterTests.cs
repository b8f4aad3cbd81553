using System.Collections.Immutable;
using CdcStripeSync.Core.Mapping;
using CdcStripeSync.Core.Values;

namespace CdcStripeSync.Core.Tests.Mapping;

public sealed class ConverterTests
{
    private static readonly ColumnValue Attributes = ColumnValue.Json("""{"colour": "black", "sizes": ["S", "M"], "n": 3, "price": 1.50, "none": null, "limits": {"projects": 50}, "on": true}""");

    public static TheoryData<string, ColumnValue, FieldValue> Cases => new()
    {
        { "metadata.x: { column: c }", ColumnValue.Of(5), FieldValue.Of("5") },
        { "metadata.x: { column: c }", ColumnValue.Of(true), FieldValue.Of("true") },
        { "metadata.x: { column: c }", Maps.Decimal("6.50"), FieldValue.Of("6.5") },
        { "metadata.x: { column: c }", ColumnValue.Date(20454), FieldValue.Of("2026-01-01") },
        { "metadata.x: { column: c }", ColumnValue.Of(""), FieldValue.Nothing },
        { "metadata.x: { column: c }", ColumnValue.Json("\"red\""), FieldValue.Of("red") },
        { "metadata.x: { column: c }", ColumnValue.Json("{\"a\":1}"), FieldValue.Of("{\"a\":1}") },
        { "metadata.x: { column: c, path: colour }", Attributes, FieldValue.Of("black") },
        { "metadata.x: { column: c, path: 'sizes[1]' }", Attributes, FieldValue.Of("M") },
        { "metadata.x: { column: c, path: 'sizes[9]' }", Attributes, FieldValue.Nothing },
        { "metadata.x: { column: c, path: limits.projects }", Attributes, FieldValue.Of("50") },
        { "metadata.x: { column: c, path: price }", Attributes, FieldValue.Of("1.5") },
        { "metadata.x: { column: c, path: none }", Attributes, FieldValue.Nothing },
        { "metadata.x: { column: c, path: colour.deeper }", Attributes, FieldValue.Nothing },
        { "metadata.x: { column: c, path: '[1]' }", Maps.Array("a", "b"), FieldValue.Of("b") },
        { "metadata.x: { column: c, path: k }", ColumnValue.Of(ImmutableSortedDictionary<string, string?>.Empty.Add("k", "v")), FieldValue.Of("v") },
        { "metadata.x: { column: c, path: sizes, convert: string }", Attributes, FieldValue.Of("[\"S\",\"M\"]") },
        { "active: { column: c, path: on }", Attributes, FieldValue.Of(true) },
        { "images: { column: c, path: sizes }", Attributes, Maps.Texts("S", "M") },
        { "images: { column: c, path: sizes, convert: { take: 1 } }", Attributes, Maps.Texts("S") },
        { "images: { column: c }", Maps.Array(), FieldValue.Nothing },
        { "images: { column: c }", ColumnValue.Json("[\"a\"]"), Maps.Texts("a") },
        { "images: { column: c }", ColumnValue.Json("[]"), FieldValue.Nothing },
        { "images: { column: c }", ColumnValue.Of("[\"a\"]"), Maps.Texts("a") },
        { "images: { column: c, convert: [{ split: ',' }, trim, { take: 2 }] }", ColumnValue.Of("a, b ,c"), Maps.Texts("a", "b") },
        { "images: { column: c, convert: lower }", Maps.Array("A", "B"), Maps.Texts("a", "b") },
        { "description: { column: c, convert: [trim, upper] }", ColumnValue.Of("  abc "), FieldValue.Of("ABC") },
        { "description: { column: c, convert: { truncate: 3 } }", ColumnValue.Of("👕👕👕👕"), FieldValue.Of("👕👕👕") },
        { "description: { column: c, convert: trim }", ColumnValue.Of("   "), FieldValue.Nothing },
        { "metadata.x: { column: c, convert: unix_seconds }", Maps.Timestamp("2026-01-01T00:00:01Z"), FieldValue.Of("1767225601") },
        { "metadata.x: { column: c, convert: unix_seconds }", ColumnValue.Date(1), FieldValue.Of("86400") },
        { "metadata.x: { column: c, convert: unix_seconds }", ColumnValue.Of("1970-01-02Z"), FieldValue.Of("86400") },
        { "metadata.x: { column: c, convert: decimal }", ColumnValue.Of("6.50"), FieldValue.Of("6.5") },
        { "metadata.x: { column: c, convert: integer }", Maps.Decimal("6.00"), FieldValue.Of("6") },
        { "metadata.x: { column: c, convert: string }", ColumnValue.Of(13d / 3), FieldValue.Of("4.333333333333333") },
        { "active: { column: c, convert: boolean }", ColumnValue.Of("t"), FieldValue.Of(true) },
        { "active: { column: c, convert: boolean }", ColumnValue.Of(new byte[] { 0 }), FieldValue.Of(false) },
        { "active: { column: c }", ColumnValue.Of(1), FieldValue.Of(true) },
        { "active: { column: c, compare: { gt: 0 } }", Maps.Decimal("0.5"), FieldValue.Of(true) },
        { "active: { column: c, compare: { gt: 0 } }", ColumnValue.Null, FieldValue.Of(false) },
        { "active: { column: c, compare: { gt: 0 } }", ColumnValue.Of("5.00"), FieldValue.Of(true) },
        { "active: { column: c, compare: { ge: 1, le: 3 } }", ColumnValue.Of(4), FieldValue.Of(false) },
        { "active: { column: c, compare: { in: [a, b] } }", ColumnValue.Of("b"), FieldValue.Of(true) },
        { "active: { column: c, compare: { ne: null } }", ColumnValue.Null, FieldValue.Of(false) },
        { "active: { column: c, compare: { ne: a } }", ColumnValue.Null, FieldValue.Of(true) },
        { "active: { column: c, compare: { lt: '2026-01-02' } }", Maps.Timestamp("2026-01-01T23:59:59Z"), FieldValue.Of(true) },
        { "active: { column: c, map: { active: true, '*': false } }", ColumnValue.Of("draft"), FieldValue.Of(false) },
        { "active: { column: c, map: { active: true, '*': false } }", ColumnValue.Null, FieldValue.Of(false) },
        { "active: { column: c, map: { active: true, null: false } }", ColumnValue.Null, FieldValue.Of(false) },
        { "description: { column: c, map: { n/a: null } }", ColumnValue.Of("n/a"), FieldValue.Nothing },
        { "description: { column: c, map: { a: b } }", ColumnValue.Of("unlisted"), FieldValue.Of("unlisted") },
        { "description: { column: c, map: { True: yes, '*': no } }", ColumnValue.Of(true), FieldValue.Of("yes") },
        { "description: { column: c, map: { 1.50: dear, '*': cheap } }", Maps.Decimal("1.5"), FieldValue.Of("dear") },
        { "description: { column: c, map: { 1.50: dear, '*': cheap } }", ColumnValue.Of("1.50"), FieldValue.Of("dear") },
        { "description: { column: c, map: { 007: bond, 7: seven } }", ColumnValue.Of(7), FieldValue.Of("seven") },
        { "description: { column: c, map: { 007: bond, 7: seven } }", ColumnValue.Of("007"), FieldValue.Of("bond") },
        { "description: { column: c, map: { \"1.50\": dear, '*': cheap } }", Maps.Decimal("1.5"), FieldValue.Of("cheap") },
        { "description: { column: c, map: { red: rouge } }", ColumnValue.Json("\"red\""), FieldValue.Of("rouge") },
        { "description: { column: c, map: { 5: five } }", ColumnValue.Json("5.0"), FieldValue.Of("five") },
        { "description: { column: c, map: { null: none } }", ColumnValue.Json("null"), FieldValue.Of("none") },
        { "images: { column: c, map: { a: b } }", ColumnValue.Json("[\"a\", \"c\"]"), Maps.Texts("b", "c") },
        { "images: { column: c, map: { a: b } }", ColumnValue.Of("[\"a\"]"), Maps.Texts("b") },
        { "images: { column: c, map: { a: null } }", Maps.Array("a", "c"), Maps.Texts("c") },
        { "images: { column: c, map: { a: b, '*': null } }", Maps.Array("x", "a"), Maps.Texts("b") },
        { "images: { column: c, convert: { take: 1 } }", ColumnValue.Of("[\"a\", \"b\"]"), Maps.Texts("a") },
        { "metadata.x: { column: c, map: { a: b } }", ColumnValue.Json("[\"a\"]"), FieldValue.Of("[\"a\"]") },
        { "metadata.x: { column: c, convert: [trim, lower] }", ColumnValue.Json("\" Foo\""), FieldValue.Of("foo") },
        { "metadata.x: { column: c, convert: decimal }", ColumnValue.Json("\"6.50\""), FieldValue.Of("6.5") },
        { "metadata.x: { column: c, path: a }", ColumnValue.Json("5"), FieldValue.Nothing },
        { "active: { column: c, compare: { eq: on } }", ColumnValue.Json("\"on\""), FieldValue.Of(true) },
        { "active: { column: c, compare: { ne: null } }", ColumnValue.Json("null"), FieldValue.Of(false) },
        { "active: { column: c, compare: { eq: '{\"a\":1}' } }", ColumnValue.Json("{\"a\": 1}"), FieldValue.Of(true) },
        { "active: { column: c, compare: { eq: '[]' } }", Maps.Array("a"), FieldValue.Of(false) },
        { "description: { coalesce: [c, name] }", ColumnValue.Json("null"), FieldValue.Of("Name") },
        { "description: { template: '{c} ({id})' }", ColumnValue.Json("\"Tee\""), FieldValue.Of("Tee (1)") },
        { "description: { template: '{c} ({id})' }", ColumnValue.Json("null"), FieldValue.Nothing },
        { "description: { template: '{c} ({id}) {{x}}' }", ColumnValue.Of("Tee"), FieldValue.Of("Tee (1) {x}") },
        { "description: { template: '{c} ({id})' }", ColumnValue.Null, FieldValue.Nothing },
        { "description: { coalesce: [c, name] }", ColumnValue.Null, FieldValue.Of("Name") },
        { "description: { coalesce: [c, name] }", ColumnValue.Of("first"), FieldValue.Of("first") },
        { "description: { constant: fixed }", ColumnValue.Null, FieldValue.Of("fixed") },
        { "description: fixed", ColumnValue.Null, FieldValue.Of("fixed") },
        { "metadata.x: 5.0", ColumnValue.Null, FieldValue.Of("5.0") },
        { "images: [a, b]", ColumnValue.Null, Maps.Texts("a", "b") },
        { "package_dimensions.height: { column: c }\n      package_dimensions.width: 1\n      package_dimensions.length: 1\n      package_dimensions.weight: 1.5", ColumnValue.Of("2.50"), FieldValue.Nothing },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Rule_Value_Becomes(string rule, ColumnValue value, FieldValue expected)
    {
        var map = Maps.WithField(rule);
        var path = rule[..rule.IndexOf(':', StringComparison.Ordinal)];

        var actual = Maps.Value(map, path, Row.Of(("id", ColumnValue.Of(1)), ("name", ColumnValue.Of("Name")), ("c", value)));

        Assert.Equal(path == "package_dimensions.height" ? Maps.Number("2.5") : expected, actual);
    }

    public static TheoryData<ColumnValue, bool?> Bits => new()
    {
        { ColumnValue.Of(1), true },
        { ColumnValue.Of(0), false },
        { ColumnValue.Of(2), null },
        { Maps.Decimal("1.00"), true },
        { Maps.Decimal("0"), false },
        { Maps.Decimal("0.5"), null },
        { ColumnValue.Of(1.0), true },
        { ColumnValue.Of(-0.0), false },
        { ColumnValue.Of(double.NaN), null },
        { ColumnValue.Of("1"), true },
        { ColumnValue.Of("0"), false },
        { ColumnValue.Of("2"), null },
    };

    /// <summary>numeric(1) and MySQL's bigint unsigned, by the connector's modes.</summary>
    [Theory]
    [MemberData(nameof(Bits))]
    public void Bit_OfAnyKind_IsTheSameBoolean(ColumnValue value, bool? expected)
    {
        var row = Row.Of(("id", ColumnValue.Of(1)), ("name", ColumnValue.Of("Name")), ("c", value));
        string[] rules = value.Kind == ColumnKind.Text ? ["active: { column: c, convert: boolean }"] : ["active: { column: c, convert: boolean }", "active: { column: c }"];
        foreach (var map in rules.Select(Maps.WithField))
        {
            if (expected is { } boolean) Assert.Equal(FieldValue.Of(boolean), Maps.Value(map, "active", row));
            else Assert.Single(DesiredState.Of(map, row).Problems);
        }

        var test = Comparison.EqualTo(FieldValue.Of(true)).Of(value);
        Assert.Equal(expected switch { true => ComparisonResult.True, false => ComparisonResult.False, null => ComparisonResult.Incomparable }, test);
    }

    public static TheoryData<string, ColumnValue, string> Refusals => new()
    {
        { "active: { column: c }", ColumnValue.Of("true"), "convert: boolean" },
        { "active: { column: c }", ColumnValue.Of(2), "convert: boolean" },
        { "active: { column: c, convert: boolean }", ColumnValue.Of("maybe"), "map" },
        { "active: { column: c, compare: { gt: 0 } }", ColumnValue.Of("many"), "convert" },
        { "active: { column: c, compare: { eq: no } }", ColumnValue.Of(false), "convert" },
        { "active: { column: c, compare: { ne: on } }", ColumnValue.Of(5), "convert" },
        { "active: { column: c, compare: { eq: on } }", ColumnValue.Json("{\"on\": 1}"), "convert" },
        { "active: { column: c, compare: { eq: on } }", Maps.Array("on"), "convert" },
        { "images: { column: c }", ColumnValue.Of("a,b"), "split" },
        { "images: { column: c, convert: { take: 1 } }", ColumnValue.Of("a,b"), "split" },
        { "images: { column: c }", Maps.Array("1", "2", "3", "4", "5", "6", "7", "8", "9"), "take: 8" },
        { "images: { column: c }", ColumnValue.Json("[null]"), "empty items" },
        { "description: { column: c }", Maps.Array("a"), "path" },
        { "description: { column: c }", ColumnValue.Of(new byte[] { 1 }), "base64" },
        { "description: { column: c, path: a }", ColumnValue.Of("not json"), "path" },
        { "description: { column: c, path: a }", ColumnValue.Of(5), "JSON column" },
        { "unit_label: { column: c }", ColumnValue.Of("thirteen char"), "truncate: 12" },
        { "metadata.x: { column: c }", ColumnValue.Of(new string('x', 501)), "truncate: 500" },
        { "metadata.x: { column: c }", ColumnValue.Of(0.1234567890123456), "decimal.handling.mode" },
        { "metadata.x: { column: c }", ColumnValue.Of(13d / 3), "convert: string" },
        { "description: { column: c }", ColumnValue.Of(13d / 3), "convert: string" },
        { "metadata.x: { column: c, convert: integer }", Maps.Decimal("1.5"), "decimals" },
        { "metadata.x: { column: c, convert: unix_seconds }", ColumnValue.Of(Instant.PositiveInfinity), "null" },
        { "metadata.x: { column: c, convert: unix_seconds }", ColumnValue.Of(5), "timestamp" },
        { "statement_descriptor: { column: c }", ColumnValue.Of("TEE'S"), "card statements" },
        { "statement_descriptor: { column: c }", ColumnValue.Of("12345"), "at least one" },
        { "tax_details: { column: c }", ColumnValue.Json("{\"colour\": 1}"), "tax_code" },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public void Rule_ValueThatDoesNotFit_SaysHowToMendIt(string rule, ColumnValue value, string hint)
    {
        var desired = DesiredState.Of(Maps.WithField(rule), Row.Of(("id", ColumnValue.Of(1)), ("name", ColumnValue.Of("Name")), ("c", value)));

        var problem = Assert.Single(desired.Problems);
        Assert.Contains(hint, problem.Hint, StringComparison.Ordinal);
        Assert.Equal(["name"], desired.Fields.Keys.Select(k => k.ToString()));
    }

    [Fact]
    public void Rule_ObjectFromJson_IsTypedMemberByMember()
    {
        var map = Maps.Customer("address: { column: c }");

        var value = Maps.Value(map, "address", Row.Of(("id", ColumnValue.Of(1)), ("c", ColumnValue.Json("""{"line1": "1 Mill Lane", "line2": null, "postal_code": 12345}"""))));

        Assert.Equal(FieldValueJson.Parse("""{"line1": "1 Mill Lane", "postal_code": "12345"}"""), value);
    }

    [Fact]
    public void Rule_ListOfObjectsFromJson_IsTypedItemByItem()
    {
        var map = Maps.WithField("marketing_features: { column: c }");

        var value = Maps.Value(map, "marketing_features", Row.Of(("id", ColumnValue.Of(1)), ("name", ColumnValue.Of("x")), ("c", ColumnValue.Json("""[{"name": "Fast"}]"""))));

        Assert.Equal(FieldValueJson.Parse("""[{"name": "Fast"}]"""), value);
    }

    [Theory]
    [InlineData("description: { coalesce: [c, d] }", "c")]
    [InlineData("description: { template: '{c}-{d}' }", "c,d")]
    public void Rule_UnknownColumnOfSeveral_IsNamed(string rule, string columns)
    {
        var desired = DesiredState.Of(Maps.WithField(rule), Row.Of(("id", ColumnValue.Of(1)), ("name", ColumnValue.Of("Name"))));

        Assert.Equal(columns.Split(','), desired.UnknownColumns.ToArray());
    }

    [Fact]
    public void Coalesce_KnownValueBeforeAnUnknownOne_IsTaken() =>
        Assert.Equal(FieldValue.Of("x"), Maps.Value(Maps.WithField("description: { coalesce: [c, d] }"), "description", Row.Of(("id", ColumnValue.Of(1)), ("name", ColumnValue.Of("n")), ("c", ColumnValue.Of("x")))));
}
