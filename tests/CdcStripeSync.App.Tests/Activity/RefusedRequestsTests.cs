using CdcStripeSync.App.Activity;
using CdcStripeSync.App.Hosting;
using CdcStripeSync.App.Replay;
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

namespace CdcStripeSync.App.Tests.Activity;

/// <summary>What delivery counts as refused for good: what a person has to see to, and nothing else.</summary>
public sealed class RefusedRequestsTests
{
    private const string Mapping = """
        version: 1
        resources:
          product:
            from: public.products
            key: [id]
            stripe_id: "shop_{id}"
            fields:
              name: { column: name }
          product_feature:
            from: public.features
            key: [id]
            parent: { product: product_id }
            fields:
              entitlement_feature: { column: feature }
          promotion_code:
            from: public.codes
            key: [id]
            fields:
              promotion.coupon: half
              promotion.type: coupon
              code: { column: code }
        """;

    private static readonly ChangeEvent Product = Change(0, "products", ("name", ColumnValue.Of("Tea")));
    private static readonly ChangeEvent Feature = Change(1, "features", ("product_id", ColumnValue.Of(1)), ("feature", ColumnValue.Of("feat_1")));
    private static readonly ChangeEvent Code = Change(0, "codes", ("code", ColumnValue.Of("TEA")));

    private readonly InMemoryStateStore _store = new();
    private readonly ActivityLog _log = new(TimeProvider.System);

    [Fact]
    public async Task IdIsTakenByAnObjectThatIsNotOurs_IsCountedOnce()
    {
        await DeliverAsync(r => r.Method == StripeMethod.Get ? Shows("""{"id":"shop_1"}""") : Refuses(400, "Product already exists.", "resource_already_exists", "id"), Product);
        Assert.Equal((ParkReason.Conflict, 1L), (await ReasonAsync(), _log.RefusedCount));
    }

    [Fact]
    public async Task ValueIsRefused_IsCounted()
    {
        await DeliverAsync(_ => Refuses(400, "Invalid string.", null, "name"), Product);
        Assert.Equal((ParkReason.NeedsPerson, 1L), (await ReasonAsync(), _log.RefusedCount));
    }

    [Fact]
    public async Task ParentInACreatesPathIsGone_IsCounted()
    {
        await DeliverAsync(r => r.Path == "/v1/products" ? Shows("""{"id":"shop_1"}""") : Refuses(404, "No such product: 'shop_1'", "resource_missing", "id"), Product, Feature);
        Assert.Equal((ParkReason.NeedsPerson, 1L), (await ReasonAsync(), _log.RefusedCount));
    }

    [Fact]
    public async Task ValueIsAnotherObjects_RowGoesOnByItself_IsNotCounted()
    {
        await DeliverAsync(_ => Refuses(400, "An active promotion code with `code: TEA` already exists.", null, "code"), Code);
        Assert.Equal((ParkReason.Conflict, 0L), (await ReasonAsync(), _log.RefusedCount));
        Assert.NotEqual(0, _log.Requests);
    }

    [Fact]
    public async Task RefusedForNow_IsTriedAgainAndNotCounted()
    {
        var sent = 0;
        await DeliverAsync(_ => sent++ == 0 ? Refuses(429, "This object cannot be accessed right now", "lock_timeout", null) : Shows("""{"id":"shop_1"}"""), Product);
        Assert.Equal((2, 0L), (sent, _log.RefusedCount));
        Assert.Empty(await _store.ParkedAsync(null, 10, CancellationToken.None));
    }

    [Fact]
    public async Task KeyIsRefused_IsCountedAlthoughNoRowIsParked()
    {
        using var stop = new CancellationTokenSource();
        var delivery = DeliverAsync(_ => Refuses(403, "The key lacks rak_product_write.", null, null), [Product], stop.Token);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (_log.RefusedCount == 0) await Task.Delay(10, patience.Token);
        await stop.CancelAsync();
        await delivery;
        Assert.Equal(1, _log.RefusedCount);
    }

    private Task DeliverAsync(Func<StripeRequest, StripeOutcome> stripe, params ChangeEvent[] changes) => DeliverAsync(stripe, changes, CancellationToken.None);

    private async Task DeliverAsync(Func<StripeRequest, StripeOutcome> stripe, ChangeEvent[] changes, CancellationToken stop)
    {
        var mapping = MappingFile.Read(Mapping, "mapping.yaml", StripeCatalogue.Load()).Mapping!;
        await using var source = new RecordedSource([.. changes.Select(c => new SourceRecord(c.Origin, 0, new byte[] { 1 }, new byte[] { 1 }, []))], null);
        using var engine = new DeliveryEngine(
            mapping, source, new Decoded(changes), _store, new Answers(stripe), new RequestBudget(BudgetOptions.Unlimited, TimeProvider.System), TimeProvider.System,
            new SystemRandomness(), _log, new DeliveryOptions { CommitInterval = TimeSpan.FromMilliseconds(50) });
        await engine.RunAsync(stop);
    }

    private async Task<ParkReason> ReasonAsync() => Assert.Single(await _store.ParkedAsync(null, 10, CancellationToken.None)).Reason;

    private static ChangeEvent Change(int offset, string table, params (string, ColumnValue)[] columns) => new()
    {
        Origin = new RecordOrigin("shop", 0, offset),
        Table = new TableId("public", table),
        Op = ChangeOp.Create,
        Snapshot = SnapshotKind.Streamed,
        Position = SourcePosition.OfLsn((ulong)offset + 1),
        CommittedAt = new Instant(offset + 1, 0),
        RecordKey = Row.Of(("id", ColumnValue.Of(1))),
        After = Row.Of([("id", ColumnValue.Of(1)), .. columns]),
    };

    private static StripeOutcome.Success Shows(string json) => new((FieldValue.Object)FieldValueJson.Parse(json), "req_1", false);

    private static StripeOutcome.Refused Refuses(int status, string message, string? code, string? param) =>
        new(new StripeError(status, "invalid_request_error", code, param, message), "req_1", false);

    /// <summary>An account that holds nothing when it is first looked at, and then answers as it is told.</summary>
    private sealed class Answers(Func<StripeRequest, StripeOutcome> stripe) : IStripeGateway
    {
        public Task<StripeOutcome> SendAsync(StripeRequest request, CancellationToken cancellationToken) =>
            Task.FromResult(request.Cause == "first start" ? Shows("""{"data":[]}""") : stripe(request));
    }

    private sealed class Decoded(ChangeEvent[] changes) : IRecordDecoder
    {
        public ValueTask<DecodedRecord> DecodeAsync(SourceRecord record, CancellationToken cancellationToken) =>
            new(new DecodedRecord.Change(changes[(int)record.Origin.Offset]));
    }
}
