using System.Text.Json.Nodes;
using CdcStripeSync.App.Activity;
using CdcStripeSync.App.Web;
using CdcStripeSync.Core.Catalogue;
using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.Mapping;
using CdcStripeSync.Core.State;
using CdcStripeSync.Core.Values;
using CdcStripeSync.Pipeline.InMemory;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.App.Tests.Web;

/// <summary>The page and the metrics: what waits is the store's word, whoever parked it.</summary>
public sealed class WebHostTests : IAsyncLifetime, IDisposable
{
    private const string Yaml = """
        version: 1
        mode: test
        resources:
          product:
            from: public.products
            key: [id]
            fields:
              name: { column: name }
        """;

    private static readonly EntityKey Product = new("product", new TableId("public", "products"), "1");
    private static readonly ParkedRow Held = new(Product, ParkReason.Held, "", "name is too long", "shorten it", DateTimeOffset.UnixEpoch);

    private readonly InMemoryStateStore _store = new();
    private readonly ActivityLog _activity = new(TimeProvider.System);
    private readonly HttpClient _http = new();
    private Overview _overview = null!;
    private WebHost _web = null!;

    public async Task InitializeAsync()
    {
        var linked = new EntityState { Key = Product, Phase = EntityPhase.Linked, RowExists = true, StripeId = "prod_1", Row = Row.Of(("id", ColumnValue.Of(1))) };
        var sent = new AuditEntry(Product, "create", "POST /v1/products", "name=a", "prod_1", "req_1", "lsn:0/1", DateTimeOffset.UnixEpoch);
        await _store.WriteAsync(new StateBatch { Entities = [linked], Park = [Held], Audit = [sent] }, CancellationToken.None);
        _overview = new Overview(MappingFile.Read(Yaml, "mapping.yaml", StripeCatalogue.Load()).Mapping!, _store, _activity, new StoreStamp("acct_1", "test"), () => 0, () => null, false, null);
        _web = await WebHost.StartAsync("http://127.0.0.1:0", _overview, _activity, () => 0, CancellationToken.None);
        _http.BaseAddress = new Uri(_web.Address);
    }

    public async Task DisposeAsync() => await _web.DisposeAsync();

    public void Dispose()
    {
        _overview.Dispose();
        _http.Dispose();
    }

    [Fact]
    public async Task Metrics_RowAndLetterOfAnotherProcess_AreCounted()
    {
        await _store.WriteAsync(new StateBatch { DeadLetters = [Letter] }, CancellationToken.None);
        var metrics = await _http.GetStringAsync("metrics");
        Assert.Contains("\ncdc_stripe_parked_rows 1\n", metrics, StringComparison.Ordinal);
        Assert.Contains("\ncdc_stripe_dead_letters_standing 1\n", metrics, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Page_RowAndLetterOfAnotherProcess_AreShownWithTheirReason()
    {
        await _store.WriteAsync(new StateBatch { DeadLetters = [Letter] }, CancellationToken.None);
        var page = await PageAsync();
        Assert.Equal(("waits: Held", "name is too long"), (Shown(page)["state"]!.GetValue<string>(), Shown(page)["why"]!.GetValue<string>()));
        Assert.Equal((1, """{"Held":1}""", 1), (page["parked"]!.GetValue<int>(), page["reasons"]!.ToJsonString(), page["dead"]!.GetValue<int>()));
    }

    [Fact]
    public async Task Page_TableWithMoreRowsThanItReads_SaysThatThereAreMore()
    {
        Assert.Equal((1, false), Counted(await PageAsync()));
        var rows = Enumerable.Range(10, 600).Select(i => new EntityState { Key = Product with { Key = $"{i}" }, Phase = EntityPhase.Linked, RowExists = true, StripeId = $"prod_{i}" });
        await _store.WriteAsync(new StateBatch { Entities = [.. rows] }, CancellationToken.None);
        await UntilAsync(page => Counted(page) == (500, true));

        static (int, bool) Counted(JsonNode page) => (page["resources"]![0]!["total"]!.GetValue<int>(), page["resources"]![0]!["more"]!.GetValue<bool>());
    }

    [Fact]
    public async Task RowParkedHere_AfterAnotherInstanceLetItGo_IsInStepAndNoLongerCounted()
    {
        _activity.Parked(Held);
        await PageAsync();
        await _store.WriteAsync(new StateBatch { Unpark = [Product] }, CancellationToken.None);
        await UntilAsync(page => page["parked"]!.GetValue<int>() == 0 && Shown(page)["state"]!.GetValue<string>() == "in step");
        Assert.Contains("\ncdc_stripe_parked_rows 0\n", await _http.GetStringAsync("metrics"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Page_RowWhoseRequestIsOpen_OrWhoseSuccessorTakesOver_IsOnItsWay(bool isOpen)
    {
        var linked = (await _store.LoadAsync([Product], CancellationToken.None))[Product];
        var intent = new Intent("i1", 1, 1, "/v1/products/prod_1", "name=b", "", "cdc-i1-1", DateTimeOffset.UnixEpoch, "{}");
        var moving = isOpen ? linked with { Intent = intent } : linked with { Succession = new Succession("prod_0", DefaultMoved: false) };
        await _store.WriteAsync(new StateBatch { Entities = [moving], Unpark = [Product] }, CancellationToken.None);
        var shown = Shown(await PageAsync());
        Assert.Equal(("on its way", "wait"), (shown["state"]!.GetValue<string>(), shown["tone"]!.GetValue<string>()));
    }

    [Fact]
    public async Task StoreAway_LastKnownIsShownAndSaidToBe()
    {
        await PageAsync();
        _store.Away = true;
        await UntilAsync(page => page["state"]!.GetValue<string>().StartsWith("rows as last known", StringComparison.Ordinal));
        var page = await PageAsync();
        Assert.Equal((1, "waits: Held"), (page["parked"]!.GetValue<int>(), Shown(page)["state"]!.GetValue<string>()));
        Assert.Contains("\ncdc_stripe_parked_rows 1\n", await _http.GetStringAsync("metrics"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Metrics_NothingWasSettledYet_LeaveFreshnessOut() =>
        Assert.DoesNotContain("cdc_stripe_freshness_seconds", await _http.GetStringAsync("metrics"), StringComparison.Ordinal);

    [Fact]
    public async Task StoreAwayFromTheStart_MetricsLeaveOutWhatNobodyKnows()
    {
        _store.Away = true;
        var metrics = await _http.GetStringAsync("metrics");
        Assert.Contains("cdc_stripe_lag_records 0", metrics, StringComparison.Ordinal);
        Assert.DoesNotContain("cdc_stripe_parked_rows", metrics, StringComparison.Ordinal);
    }

    private static DeadLetter Letter =>
        new(0, new SourceRecord(new RecordOrigin("shop.public.products", 0, 7), 0, null, null, []), null, "no magic byte", "", null, 1, "", DateTimeOffset.UnixEpoch);

    private static JsonNode Shown(JsonNode page) => page["resources"]![0]!["objects"]![0]!;

    private async Task<JsonNode> PageAsync() => JsonNode.Parse(await _http.GetStringAsync("api/overview"))!;

    private async Task UntilAsync(Func<JsonNode, bool> isSo)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (!isSo(await PageAsync())) await Task.Delay(100, patience.Token);
    }
}
