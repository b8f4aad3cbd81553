namespace CdcStripeSync.App.Demo;

/// <summary>The scripted session on the sample shop.</summary>
internal static class DemoScript
{
    /// <summary>What a product team does on a day; each with what should follow in Stripe.</summary>
    public static readonly IReadOnlyList<(string What, string Sql)> Steps =
    [
        ("a product with its prices, in one transaction", """
            INSERT INTO products (id, sku, name, description, status, attributes) VALUES (100, 'CAP-GRN', 'Green cap', 'Cotton', 'active', '{"colour": "green"}');
            INSERT INTO prices (id, product_id, nickname, lookup_key, currency, amount, is_default) VALUES
              ('00000000-0000-4000-8000-000000010001', 100, 'Cap USD', 'cap-usd', 'usd', 18.00, true), ('00000000-0000-4000-8000-000000010002', 100, 'Cap JPY', 'cap-jpy', 'jpy', 2500, false)
            """),
        ("a product is renamed", "UPDATE products SET name = 'Black T-shirt' WHERE id = 1"),
        ("a price changes: successor, default, archive", "UPDATE prices SET amount = 21.00 WHERE lookup_key = 'cap-usd'"),
        ("only internal columns change: no request", "UPDATE products SET internal_notes = 'supplier C', cost = 3.5 WHERE id = 100"),
        ("the default price moves", "UPDATE prices SET is_default = (lookup_key = 'cap-jpy') WHERE product_id = 100"),
        ("a draft is published", "UPDATE products SET status = 'active' WHERE id = 3"),
        ("a product is soft-deleted", "UPDATE products SET deleted_at = now() WHERE id = 3"),
        ("a product changes its key", "UPDATE products SET id = 40 WHERE id = 4"),
        ("a customer changes the address", "UPDATE customers SET email = 'ada.l@shop.example', phone = '+441632960999' WHERE id = 1"),
        ("a product is deleted, its prices with it", "DELETE FROM products WHERE id = 2"),
    ];
}
