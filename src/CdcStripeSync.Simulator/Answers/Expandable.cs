namespace CdcStripeSync.Simulator.Answers;

/// <summary>Which fields of which object Stripe shows only on request, and which ids it replaces by their object.</summary>
internal static class Expandable
{
    private static readonly Dictionary<string, string[]> HiddenFields = new()
    {
        ["price"] = ["currency_options", "tiers"],
        ["plan"] = ["tiers"],
        ["coupon"] = ["applies_to", "currency_options"],
        ["webhook_endpoint"] = ["secret"],
    };

    private static readonly Dictionary<(string Object, string Path), string> References = new()
    {
        [("product", "default_price")] = "prices",
        [("product", "tax_code")] = "tax_codes",
        [("price", "product")] = "products",
        [("plan", "product")] = "products",
        [("promotion_code", "promotion.coupon")] = "coupons",
        [("promotion_code", "customer")] = "customers",
    };

    /// <summary>Fields of objects whose other half this simulator does not have: asking for them is no mistake.</summary>
    private static readonly HashSet<(string Object, string Path)> Accepted =
    [
        ("customer", "default_source"), ("customer", "sources"), ("customer", "subscriptions"), ("customer", "tax"), ("customer", "tax_ids"),
        ("customer", "cash_balance"), ("customer", "invoice_settings.default_payment_method"), ("customer", "test_clock"), ("promotion_code", "restrictions.currency_options"),
    ];

    public static IReadOnlyList<string> Hidden(string objectName) => HiddenFields.GetValueOrDefault(objectName, []);

    public static string? Reference(string objectName, string path) => References.GetValueOrDefault((objectName, path));

    public static bool IsExpandable(string objectName, string path) =>
        References.ContainsKey((objectName, path)) || Accepted.Contains((objectName, path)) || Hidden(objectName).Contains(path)
        || References.Keys.Concat(Accepted).Any(r => r.Object == objectName && r.Path.StartsWith(path + ".", StringComparison.Ordinal));

    /// <summary>Refuses what cannot be expanded in the answer of a write to this path.</summary>
    public static void Check(string path, ExpandTree expand)
    {
        var objectName = path.Split('/').ElementAtOrDefault(2) switch
        {
            "products" => "product",
            "prices" => "price",
            "customers" => "customer",
            "coupons" => "coupon",
            "promotion_codes" => "promotion_code",
            "plans" => "plan",
            _ => "",
        };
        foreach (var name in expand.Children.Keys)
        {
            if (!IsExpandable(objectName, name)) throw ExpandTree.Impossible(name);
        }
    }
}
