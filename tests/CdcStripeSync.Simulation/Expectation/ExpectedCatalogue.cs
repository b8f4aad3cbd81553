namespace CdcStripeSync.Simulation.Expectation;

/// <summary>What Stripe has to show in the end.</summary>
/// <param name="Products">Active or archived product by row key: its fields; only for rows that exist and were ever sold.</param>
/// <param name="Prices">Price by row key.</param>
/// <param name="WaitingPrices">Prices whose product never came to be: they wait, and what they had before stays.</param>
/// <param name="WaitingPricesOnceSold">Those of them that had an object before, since their row began.</param>
/// <param name="ProductsEver">How many product objects were ever made.</param>
/// <param name="PricesAtMost">How many price objects there are reasons for: each beginning of a row, and each change of what cannot be changed in a price. Fewer are made where
/// changes fold, or a row that comes back takes up its old price.</param>
internal sealed record ExpectedCatalogue(
    IReadOnlyDictionary<int, ExpectedProduct> Products, IReadOnlyDictionary<int, ExpectedPrice> Prices, IReadOnlyDictionary<int, ExpectedCustomer> Customers,
    IReadOnlySet<int> WaitingPrices, IReadOnlySet<int> WaitingPricesOnceSold, int ProductsEver, int CustomersEver, int PricesAtMost);

/// <param name="DefaultPrice">Row key of the price; null where there is none.</param>
internal sealed record ExpectedProduct(string Name, string? Description, string Sku, bool IsSold, bool IsActive, int? DefaultPrice);

internal sealed record ExpectedPrice(int Product, string Currency, string Cents, string? LookupKey, string? Nickname, bool IsActive);

internal sealed record ExpectedCustomer(string Email, string? Name);
