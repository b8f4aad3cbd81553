using CdcStripeSync.Benchmarks.Data;

namespace CdcStripeSync.Benchmarks.Delivery;

/// <summary>The sample shop's mapping, but for its breadth limit, which a benchmark would reach.</summary>
internal static class ShopMapping
{
    private const string Limit = "{ share: 0.2, at_least: 20, window: 10m }";

    public static string Read()
    {
        var text = File.ReadAllText(Repository.File("samples", "shop", "mapping.yaml"));
        return text.Contains(Limit, StringComparison.Ordinal)
            ? text.Replace(Limit, "{ share: 1, at_least: 10000000, window: 10m }", StringComparison.Ordinal)
            : throw new InvalidOperationException($"samples/shop/mapping.yaml has another breadth limit than {Limit}: write the new one here");
    }
}
