using CdcStripeSync.Core.Catalogue;
using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.Mapping;
using CdcStripeSync.Core.State;
using CdcStripeSync.Core.Values;
using CdcStripeSync.Pipeline.Budget;
using CdcStripeSync.Pipeline.Control;
using CdcStripeSync.Pipeline.InMemory;
using CdcStripeSync.Pipeline.Intake;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Pipeline.Tests.Doubles;

/// <summary>A shop's rows on their way to a small Stripe, under virtual time. Each <see cref="Deliver"/> is a start of the program over the
/// same state: what the run before left in memory is gone.</summary>
internal sealed class Shop
{
    public const string Mapping = """
        version: 1
        limits:
          breadth: { share: 0.2, at_least: 3, window: 10m }
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
              images: { column: images, owner: source_on_create }
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
          customer:
            from: public.customers
            key: [id]
            on_delete: delete
            fields:
              email: { column: email }
        """;

    private readonly Dictionary<PartitionId, long> _next = [];
    private readonly CountedRandomness _random = new();

    public Shop() => Stripe = new InMemoryStripe(Time);

    public VirtualWorld Time { get; } = new();

    /// <summary>The mapping that the runs have.</summary>
    public string Yaml { get; set; } = Mapping;

    public InMemoryStateStore Store { get; } = new();

    public InMemoryStripe Stripe { get; }

    public Notes Notes { get; } = new();

    public DeliveryOptions Options { get; set; } = new();

    public BudgetOptions Budget { get; set; } = BudgetOptions.Unlimited;

    public IRowReader? Rows { get; set; }

    /// <summary>Compares records with what is settled before they are decoded.</summary>
    public bool Compares { get; init; }

    /// <summary>How the runs see the store.</summary>
    public Func<IStateStore, IStateStore> Link { get; set; } = store => store;

    public ScriptedSource Source { get; private set; } = null!;

    public static EntityKey Product(int id) => Key("product", "products", id);

    public static EntityKey Price(int id) => Key("price", "prices", id);

    public EntityState State(EntityKey key) => Store.Entities.Single(e => e.Key == key);

    public IReadOnlyList<ParkedRow> Parked => Store.ParkedAsync(null, 1000, default).Result;

    public IReadOnlyList<ForgottenRecords> Forgotten => Store.ForgottenAsync(default).Result;

    public IReadOnlyList<DeadLetter> DeadLetters => Store.DeadLettersAsync(1000, default).Result;

    public IReadOnlyList<SnapshotEnd> SnapshotEnds => Store.SnapshotEndsAsync(default).Result;

    public void Control(Controls controls) => Time.Run(() => Store.SetControlsAsync(controls, default));

    /// <summary>The next records take the offsets from here on once more, in each partition.</summary>
    public void ReadAgain(long from)
    {
        foreach (var partition in _next.Keys) _next[partition] = from;
    }

    /// <summary>Starts, feeds, waits until all is settled and the source has ended.</summary>
    public void Deliver(params IEnumerable<Change> changes) => Deliver(source =>
    {
        foreach (var change in changes) change.AddTo(source);
    });

    public void Deliver(Action<ScriptedSource> script, CancellationToken stop = default)
    {
        Source = new ScriptedSource(_next);
        script(Source);
        var mapping = MappingFile.Read(Yaml, "mapping.yaml", StripeCatalogue.Load()).Mapping!;
        Time.Run(async () =>
        {
            using var engine = new DeliveryEngine(mapping, Source, Source, Link(Store), Stripe, new RequestBudget(Budget, Time), Time, _random, Notes, Options, Rows, Compares ? new ScriptedImages(Source) : null);
            await engine.RunAsync(stop);
        });
    }

    /// <summary>Several processes at once over the same state and the same Stripe, each with its own records.</summary>
    public void DeliverTogether(params Action<ScriptedSource>[] scripts) =>
        DeliverTogether([.. scripts.Select(script => (script, (IStripeGateway)Stripe, CancellationToken.None))]);

    /// <summary>Each process has its own way to Stripe, and its own end.</summary>
    public void DeliverTogether(params (Action<ScriptedSource> Script, IStripeGateway Gateway, CancellationToken Stop)[] processes)
    {
        var mapping = MappingFile.Read(Yaml, "mapping.yaml", StripeCatalogue.Load()).Mapping!;
        Time.Run(() => Task.WhenAll(processes.Select(async process =>
        {
            var source = new ScriptedSource(_next);
            process.Script(source);
            using var engine = new DeliveryEngine(mapping, source, source, Link(Store), process.Gateway, new RequestBudget(Budget, Time), Time, _random, Notes, Options, Rows);
            await engine.RunAsync(process.Stop);
        })));
    }

    private static EntityKey Key(string resource, string table, int id) => new(resource, new TableId("public", table), id.ToString(System.Globalization.CultureInfo.InvariantCulture));
}
