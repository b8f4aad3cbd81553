using System.Globalization;
using CdcStripeSync.Core.Catalogue;
using CdcStripeSync.Core.Mapping;
using CdcStripeSync.Core.Values;

namespace CdcStripeSync.Core.Tests.Mapping;

/// <summary>Short ways to mappings, rows and what is desired of them.</summary>
internal static class Maps
{
    public static readonly StripeCatalogue Catalogue = StripeCatalogue.Load();

    public const string Product = """
          product:
            from: public.products
            key: [id]
            stripe_id: "shop_{id}"
            fields:
              name: { column: name }
        """;

    public const string Price = """
          price:
            from: public.prices
            key: [id]
            parent: { product: product_id }
            fields:
              currency: { column: currency }
              unit_amount_decimal: { column: amount, convert: minor_units }
        """;

    public static MappingReading Read(string yaml) => MappingFile.Read(yaml, "mapping.yaml", Catalogue);

    /// <summary>A mapping of these resources, which must be sound.</summary>
    public static Core.Mapping.Mapping Of(params string[] resources)
    {
        var reading = Read("version: 1\nresources:\n" + string.Join('\n', resources));
        Assert.Empty(reading.Errors);
        return reading.Mapping!;
    }

    /// <summary>A product with one more field.</summary>
    public static ResourceMap WithField(string rule) => Of(Product + "\n      " + rule).Resources[0];

    /// <summary>A customer with these fields, one a line.</summary>
    public static ResourceMap Customer(params string[] rules) => Of(
        "  customer:\n    from: public.customers\n    key: [id]\n    fields:\n" + string.Join('\n', rules.Select(r => "      " + r))).Resources[0];

    /// <summary>The value desired of one field; fails on any problem.</summary>
    public static FieldValue? Value(ResourceMap map, string path, Row row)
    {
        var desired = DesiredState.Of(map, row);
        Assert.Empty(desired.Problems);
        return desired.Fields.GetValueOrDefault(FieldPath.Parse(path))?.Value;
    }

    public static FieldValue Number(string text) => FieldValue.Of(ExactDecimal.Parse(text));

    public static FieldValue.List Texts(params string[] items) => new([.. items.Select(FieldValue.Of)]);

    public static ColumnValue Decimal(string text) => ColumnValue.Of(ExactDecimal.Parse(text));

    public static ColumnValue Array(params string[] items) => ColumnValue.Of([.. items.Select(ColumnValue.Of)]);

    public static ColumnValue Timestamp(string text) =>
        ColumnValue.Of(Instant.FromMillis(DateTimeOffset.Parse(text, CultureInfo.InvariantCulture).ToUnixTimeMilliseconds()));
}
