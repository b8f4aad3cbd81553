using CdcStripeSync.Core.Catalogue;
using CdcStripeSync.Core.Mapping;
using CdcStripeSync.Core.Values;

namespace CdcStripeSync.Debezium.Tests.Columns;

/// <summary>One row of 45 column types under five combinations of the connector's modes, through one mapping: what Stripe should hold is the same.</summary>
public sealed class SameDesiredTests
{
    private static readonly StripeCatalogue Catalogue = StripeCatalogue.Load();

    private const string Mapping =
        """
        version: 1
        mode: test
        resources:
          product:
            from: public.all_types
            key: [id]
            stripe_id: "t_{id}"
            fields:
              name: { column: c_varchar }
              metadata.smallint: { column: c_smallint }
              metadata.int: { column: c_int }
              metadata.bigint: { column: c_bigint }
              metadata.real: { column: c_real }
              metadata.money: { column: c_money, convert: decimal }
              metadata.numeric: { column: c_numeric_10_2, convert: decimal }
              metadata.bool: { column: c_bool }
              metadata.bit: { column: c_bit1 }
              metadata.char: { column: c_char, convert: trim }
              metadata.citext: { column: c_citext }
              metadata.date: { column: c_date }
              metadata.time3: { column: c_time3 }
              metadata.timetz: { column: c_timetz }
              metadata.ts3: { column: c_ts3 }
              metadata.ts3_unix: { column: c_ts3, convert: unix_seconds }
              metadata.tstz: { column: c_tstz }
              metadata.uuid: { column: c_uuid }
              metadata.json: { column: c_json, path: "b[1]" }
              metadata.jsonb: { column: c_jsonb, path: z.y }
              metadata.hstore: { column: c_hstore, path: k1 }
              metadata.hstore_null: { column: c_hstore, path: k2 }
              metadata.xml: { column: c_xml }
              metadata.enum: { column: c_enum }
              metadata.domain: { column: c_domain }
              metadata.inet: { column: c_inet }
              metadata.macaddr: { column: c_macaddr }
              metadata.ints: { column: c_int_array, path: "[2]" }
              metadata.texts: { column: c_text_array, path: "[2]" }
              metadata.instants: { column: c_ts_array, path: "[0]" }
              metadata.uuids: { column: c_uuid_array, path: "[0]" }
              metadata.range: { column: c_int4range }
              metadata.point: { column: c_point, path: x }
              metadata.ltree: { column: c_ltree }
        """;

    [Theory]
    [InlineData("types-microseconds")]
    [InlineData("types-nanoseconds")]
    [InlineData("types-double-connect")]
    [InlineData("types-string-isostring")]
    public async Task Row_UnderAnotherMode_WantsTheSame(string recording)
    {
        var expected = await DesiredAsync(Mapping, "types-precise-adaptive", 1);
        Assert.Empty(expected.Problems);
        Assert.Equal(34, expected.Fields.Count);
        Assert.Equal(expected, await DesiredAsync(Mapping, recording, 1));
    }

    [Fact]
    public async Task Bytes_AsBytesOrBase64_AreTheSameText()
    {
        const string Bytes = "\n      metadata.bytes: { column: c_bytea, convert: string }";
        var expected = await DesiredAsync(Mapping + Bytes, "types-precise-adaptive", 1);
        Assert.Equal(FieldValue.Of("3q2+7wD/"), expected.Fields[FieldPath.Parse("metadata.bytes")].Value);
        Assert.Equal(expected, await DesiredAsync(Mapping + Bytes, "types-string-isostring", 1));
    }

    [Fact]
    public async Task Decimal_BeyondADoublesPrecision_IsAProblemThatNamesTheOption()
    {
        const string Numeric = "\n      metadata.exact: { column: c_numeric, convert: decimal }";
        var precise = await DesiredAsync(Mapping + Numeric, "types-precise-adaptive", 1);
        Assert.Equal(precise, await DesiredAsync(Mapping + Numeric, "types-string-isostring", 1));
        var problem = Assert.Single((await DesiredAsync(Mapping + Numeric, "types-double-connect", 1)).Problems);
        Assert.Contains("decimal.handling.mode", problem.ToString(), StringComparison.Ordinal);
    }

    private static async Task<Desired> DesiredAsync(string mapping, string recording, long id)
    {
        var reading = MappingFile.Read(mapping, "types.yaml", Catalogue);
        Assert.Empty(reading.Errors);
        var row = (await Decoded.ChangesAsync(recording, "all_types")).First(d => d.Change.RecordKey["id"] == ColumnValue.Of(id)).Change.After!;
        return DesiredState.Of(reading.Mapping!.Resources.Single(), row);
    }
}
