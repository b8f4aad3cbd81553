using CdcStripeSync.Core.Catalogue;
using CdcStripeSync.Core.Mapping;

namespace CdcStripeSync.Simulation.Running;

/// <summary>The shop's mapping, reduced to what the histories touch.</summary>
internal static class SimulatedMapping
{
    private const string Text = """
        version: 1
        limits:
          breadth: { share: 1, at_least: 100000, window: 10m }
        resources:
          product:
            from: public.products
            key: [id]
            stripe_id: "shop_{id}"
            exists_when: { deleted_at: null }
            fields:
              name: { column: name }
              description: { column: description }
              active: { column: status, map: { active: true, "*": false } }
              metadata.sku: { column: sku }
          price:
            from: public.prices
            key: [id]
            parent: { product: product_id }
            default_when: { is_default: true }
            fields:
              currency: { column: currency }
              unit_amount_decimal: { column: amount, convert: minor_units }
              lookup_key: { column: lookup_key }
              nickname: { column: nickname }
              active: { column: active }
          customer:
            from: public.customers
            key: [id]
            on_delete: delete
            fields:
              email: { column: email }
              name: { column: name }
        """;

    /// <summary>The same with a breadth limit that histories reach.</summary>
    public static Core.Mapping.Mapping Braked(Core.Mapping.Mapping mapping) => new()
    {
        Version = mapping.Version,
        Mode = mapping.Mode,
        Rollout = mapping.Rollout,
        Breadth = new BreadthLimit(0.2m, 3, TimeSpan.FromMinutes(10), CountsCreates: false),
        Resources = mapping.Resources,
    };

    public static Core.Mapping.Mapping Read()
    {
        var read = MappingFile.Read(Text, "simulation.yaml", StripeCatalogue.Load());
        return read.Mapping ?? throw new InvalidOperationException(string.Join(Environment.NewLine, read.Errors));
    }
}
