using CdcStripeSync.Simulator.Events;
using CdcStripeSync.Simulator.Idempotency;

namespace CdcStripeSync.Simulator.State;

/// <summary>Everything the account holds. Its owner takes <see cref="Gate"/> before touching it.</summary>
internal sealed class SimulatorState
{
    private readonly Dictionary<string, ObjectCollection> collections;

    public SimulatorState(SimulatorOptions options)
    {
        AccountId = options.AccountId;
        LiveMode = options.LiveMode;
        Clock = options.TimeProvider;
        Ids = new IdFactory(options.Seed);
        Events = new EventLog(options.KeptEvents);
        Keys = new IdempotencyStore(options.TimeProvider, options.RememberedKeys);
        collections = new ObjectCollection[]
        {
            new("products"), new("prices", "product", "lookup_key"), new("customers", "email"), new("coupons"),
            new("promotion_codes", "code"), new("tax_rates"), new("plans", "product"), new("billing.meters", "event_name"), new("entitlements.features", "lookup_key"),
            new("product_features", "product"), new("tax_codes"), new("webhook_endpoints"),
        }.ToDictionary(c => c.Name);
        Rules.TaxCodes.Put(collections["tax_codes"]);
        Search = new Lists.SearchIndex(options.SearchLag, options.TimeProvider);
    }

    public Lock Gate { get; } = new();

    public string AccountId { get; }

    public bool LiveMode { get; }

    public TimeProvider Clock { get; }

    public IdFactory Ids { get; }

    public IdempotencyStore Keys { get; }

    /// <summary>What search sees.</summary>
    public Lists.SearchIndex Search { get; }

    public EventLog Events { get; }

    /// <summary>Customers that were deleted: Stripe still answers their id, with <c>deleted</c>.</summary>
    public HashSet<string> DeletedCustomers { get; } = [];

    public IEnumerable<ObjectCollection> Collections => collections.Values;

    public ObjectCollection this[string collection] => collections[collection];
}
