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

    /// <summary>What the objects of a collection are called.</summary>
    private static readonly Dictionary<string, string> ObjectNames = new()
    {
        ["products"] = "product",
        ["prices"] = "price",
        ["customers"] = "customer",
        ["coupons"] = "coupon",
        ["promotion_codes"] = "promotion_code",
        ["plans"] = "plan",
        ["tax_codes"] = "tax_code",
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

    private static bool IsExpandable(string objectName, string path) =>
        References.ContainsKey((objectName, path)) || Accepted.Contains((objectName, path)) || Hidden(objectName).Contains(path)
        || References.Keys.Concat(Accepted).Any(r => r.Object == objectName && r.Path.StartsWith(path + ".", StringComparison.Ordinal));

    /// <summary>Refuses what cannot be expanded in the answer of a write to this path.</summary>
    public static void Check(string path, ExpandTree expand) => CheckObject(ObjectNames.GetValueOrDefault(path.Split('/').ElementAtOrDefault(2) ?? "", ""), expand);

    /// <summary>Refuses what cannot be expanded in an object of this name, or in those that it refers to, whether it names one or not.</summary>
    public static void CheckObject(string objectName, ExpandTree expand) => CheckMembers(objectName, "", expand);

    private static void CheckMembers(string objectName, string prefix, ExpandTree expand)
    {
        foreach (var (name, inner) in expand.Children)
        {
            var path = prefix + name;
            if (!IsExpandable(objectName, path)) throw ExpandTree.Impossible(path);
            if (Reference(objectName, path) is { } collection) CheckObject(ObjectNames[collection], inner);
            else if (!Accepted.Contains((objectName, path)) && !Hidden(objectName).Contains(path)) CheckMembers(objectName, path + ".", inner);
        }
    }
}
