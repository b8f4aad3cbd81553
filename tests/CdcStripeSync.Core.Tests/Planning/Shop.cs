using CdcStripeSync.Core.Mapping;
using CdcStripeSync.Core.Planning;
using CdcStripeSync.Core.Tests.Mapping;
using CdcStripeSync.Core.Values;

namespace CdcStripeSync.Core.Tests.Planning;

/// <summary>Maps and rows that planning tests share.</summary>
internal static class Shop
{
    public static readonly ResourceMap Product = Maps.Of("""
          product:
            from: public.products
            key: [id]
            stripe_id: "shop_{id}"
            exists_when: { deleted_at: null }
            fields:
              name: { column: name }
              description: { column: description }
              unit_label: { column: unit, on_null: leave }
              url: { column: url, owner: source_on_create }
              tax_code: { column: tax_code, owner: stripe }
              metadata.sku: { column: sku }
        """).Resources[0];

    public static readonly ResourceMap Price = PriceWith();

    public static ResourceMap PriceWith(params string[] fields) => Maps.Of("""
          product:
            from: public.products
            key: [id]
            fields:
              name: { column: name }
          price:
            from: public.prices
            key: [id]
            parent: { product: product_id }
            default_when: { is_default: true }
            fields:
              currency: { column: currency }
              unit_amount_decimal: { column: amount, convert: minor_units }
              lookup_key: { column: lookup_key, on_null: leave }
              active: { column: active }
              recurring.interval: { column: interval }
        """ + string.Concat(fields.Select(f => "\n      " + f))).Resources[1];

    /// <summary>A price whose row has another word on <c>active</c>, or none.</summary>
    public static ResourceMap PriceWhoseActiveIs(string rule) => Maps.Of(Maps.Product, $$"""
          price:
            from: public.prices
            key: [id]
            parent: { product: product_id }
            default_when: { is_default: true }
            fields:
              currency: { column: currency }
              unit_amount_decimal: { column: amount, convert: minor_units }
              {{rule}}
        """).Resources[1];

    public static Row ProductRow(string name = "Mug", string? description = null, string? sku = null, string? unit = null, string? url = null, bool deleted = false) => Row.Of(
        ("id", ColumnValue.Of(1)), ("name", ColumnValue.Of(name)), ("description", Text(description)), ("sku", Text(sku)), ("unit", Text(unit)), ("url", Text(url)),
        ("tax_code", ColumnValue.Null), ("deleted_at", deleted ? ColumnValue.Of("2026-01-01") : ColumnValue.Null));

    public static Row PriceRow(
        string amount = "10.00", bool active = true, bool isDefault = false, string? lookupKey = null, string? interval = null, string currency = "usd", string? nickname = null, string? tax = null) => Row.Of(
        ("id", ColumnValue.Of(1)), ("product_id", ColumnValue.Of(1)), ("currency", ColumnValue.Of(currency)), ("amount", Maps.Decimal(amount)), ("active", ColumnValue.Of(active)),
        ("is_default", ColumnValue.Of(isDefault)), ("lookup_key", Text(lookupKey)), ("interval", Text(interval)), ("nickname", Text(nickname)), ("tax", Text(tax)));

    public static (PlanRun Run, TinyStripe Stripe) PriceOf(Row row, ResourceMap? map = null)
    {
        var stripe = new TinyStripe();
        stripe.Product("prod_a");
        stripe.Product("prod_b");
        return (new PlanRun(map ?? Price, stripe).Row(row).ToEnd(), stripe);
    }

    public static (PlanRun Run, TinyStripe Stripe) ProductOf(Row row, ResourceMap? map = null)
    {
        var stripe = new TinyStripe();
        return (new PlanRun(map ?? Product, stripe).Row(row).ToEnd(), stripe);
    }

    public static FieldValue At(this FieldValue.Object shown, string path) => shown.At(Core.Catalogue.FieldPath.Parse(path));

    private static ColumnValue Text(string? text) => text is null ? ColumnValue.Null : ColumnValue.Of(text);
}
