using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.Mapping;
using CdcStripeSync.Core.State;
using CdcStripeSync.Pipeline.InMemory;
using CdcStripeSync.Pipeline.Ports;
using Npgsql;

namespace CdcStripeSync.Postgres.Tests.Store;

[Collection(nameof(PostgresServerCollection))]
public sealed class PostgresStateStoreTests(PostgresFixture postgres)
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Entity_WithEveryMember_ComesBackEqual()
    {
        await using var open = await postgres.NewStoreAsync();
        var entity = Sample.Full("1");
        await open.Store.WriteAsync(new StateBatch { Entities = [Sample.Small("1"), entity, Sample.Small("2")] }, None);

        var loaded = await open.Store.LoadAsync([entity.Key, Sample.Price("2"), Sample.Price("missing"), entity.Key], None);

        Assert.Equal(2, loaded.Count);
        AssertSame(entity.Written(), loaded[entity.Key]);
        AssertSame(Sample.Small("2").Written(), loaded[Sample.Price("2")]);
    }

    [Fact]
    public async Task Entity_WrittenAgain_IsReplacedWhole()
    {
        await using var open = await postgres.NewStoreAsync();
        await open.Store.WriteAsync(new StateBatch { Entities = [Sample.Full("1")] }, None);
        await open.Store.WriteAsync(new StateBatch { Entities = [Sample.Small("1") with { Version = 1 }] }, None);

        var loaded = await open.Store.LoadAsync([Sample.Price("1")], None);

        AssertSame(Sample.Small("1") with { Version = 2 }, loaded[Sample.Price("1")]);
        Assert.Empty(await open.Store.UnfinishedAsync(None));
    }

    [Fact]
    public async Task Entity_WrittenFromAnOldVersion_IsRefusedWithItsWholeBatch()
    {
        var database = await postgres.NewDatabaseAsync();
        await using var mine = await OpenStore.OpenAsync(database);
        await using var theirs = await OpenStore.OpenAsync(database);
        await mine.Store.WriteAsync(new StateBatch { Entities = [Sample.Small("1")] }, None);
        await theirs.Store.WriteAsync(new StateBatch { Entities = [Sample.Small("1") with { Version = 1, Generation = 2 }] }, None);

        var late = new StateBatch { Entities = [Sample.Small("2"), Sample.Small("1") with { Version = 1, Generation = 9 }], Park = [Sample.Parked("1")] };
        await Assert.ThrowsAsync<StateConflictException>(() => mine.Store.WriteAsync(late, None));

        var loaded = await mine.Store.LoadAsync([Sample.Price("1"), Sample.Price("2")], None);
        Assert.Equal(2, Assert.Single(loaded).Value.Generation);
        Assert.Empty(await mine.Store.ParkedAsync([Sample.Price("1")], None));
    }

    [Fact]
    public async Task Released_RowsAreApprovedWhateverTheyWaitFor()
    {
        await using var open = await postgres.NewStoreAsync();
        await open.Store.WriteAsync(new StateBatch { Park = [Sample.Parked("1", ParkReason.Held), Sample.Parked("2", ParkReason.Conflict)] }, None);

        Assert.Equal(1, await open.Store.ReleaseAsync([Sample.Price("2"), Sample.Price("9")], None));

        Assert.Equal([false, true], (await open.Store.ParkedAsync([Sample.Price("1"), Sample.Price("2")], None)).OrderBy(p => p.Key.Key, StringComparer.Ordinal).Select(p => p.Approved));
    }

    [Fact]
    public async Task Batch_WrittenTwiceByOneStore_ChangesNothing()
    {
        await using var open = await postgres.NewStoreAsync();
        var batch = new StateBatch { Entities = [Sample.Full("1")] };

        await open.Store.WriteAsync(batch, None);
        await open.Store.WriteAsync(batch, None);

        AssertSame(Sample.Full("1").Written(), (await open.Store.LoadAsync([Sample.Price("1")], None))[Sample.Price("1")]);
    }

    [Fact]
    public async Task Entities_AreFoundByKeyStripeIdAndParent()
    {
        await using var open = await postgres.NewStoreAsync();
        var elsewhere = Sample.Small("1") with { Key = Sample.Price("1") with { Table = new("other", "prices") } };
        var retired = Sample.Full("0") with { Phase = EntityPhase.Renamed, StripeId = "price_1", Intent = null, Succession = null, ParentStripeId = null };
        await open.Store.WriteAsync(new StateBatch { Entities = [Sample.Full("1"), elsewhere, retired] }, None);
        await open.Store.WriteAsync(new StateBatch { Entities = [retired] }, None);

        Assert.Equal([elsewhere.Key, Sample.Price("1")], (await open.Store.FindAsync("price", "1", None)).Select(e => e.Key));
        Assert.Equal(Sample.Price("1"), (await open.Store.FindByStripeIdAsync("price_1", None))!.Key);
        Assert.Null(await open.Store.FindByStripeIdAsync("price_none", None));
        Assert.Equal([Sample.Price("1")], (await open.Store.ChildrenAsync("prod_1", None)).Select(e => e.Key));
        Assert.Equal([Sample.Price("1")], (await open.Store.UnfinishedAsync(None)).Select(e => e.Key));
        Assert.Equal(new Dictionary<string, int> { ["price"] = 1 }, await open.Store.LinkedCountsAsync(None));
    }

    [Fact]
    public async Task ObjectsOutOfUse_AreKnown_AndCountForNoShare_InEveryStore()
    {
        await using var open = await postgres.NewStoreAsync();
        foreach (var store in new IStateStore[] { open.Store, new InMemoryStateStore() })
        {
            await store.WriteAsync(new StateBatch { Entities = [Sample.Small("1")] }, None);
            Assert.False(await store.KnowsObjectsAsync(None));
            await store.WriteAsync(new StateBatch { Entities = [Sample.Full("2") with { Phase = EntityPhase.Archived }, Sample.Full("3") with { Phase = EntityPhase.Kept }] }, None);
            Assert.True(await store.KnowsObjectsAsync(None));
            Assert.Empty(await store.LinkedCountsAsync(None));
            await store.WriteAsync(new StateBatch { Entities = [Sample.Full("4")] }, None);
            Assert.Equal(new Dictionary<string, int> { ["price"] = 1 }, await store.LinkedCountsAsync(None));
        }
    }

    /// <summary>Instances are replaced one after another: the version before reads what this one writes.</summary>
    [Fact]
    public void Succession_IsWritten_AsTheVersionBeforeReadsIt() =>
        Assert.Equal("""{"old_id":"price_1","new_id":null,"old_was_default":false,"default_moved":true}""", StoredJson.OfSuccession(new Succession("price_1", DefaultMoved: true)));

    [Fact]
    public async Task StripeIdLongerThanAnIndexTakes_IsRefused_AndNoOutage()
    {
        await using var open = await postgres.NewStoreAsync();
        var id = string.Concat(Enumerable.Range(0, 100).Select(_ => Guid.NewGuid().ToString("N")));
        var refused = await Assert.ThrowsAsync<PostgresException>(() => open.Store.WriteAsync(new StateBatch { Entities = [Sample.Small("1") with { StripeId = id }] }, None));
        Assert.Equal("54000", refused.SqlState);
        await open.Store.WriteAsync(new StateBatch { Entities = [Sample.Small("1") with { StripeId = id[..1_024] }] }, None);
    }

    [Fact]
    public async Task Unfinished_BeforeTheServerHasStatistics_ReadsWhatIsOpenAlone()
    {
        await using var open = await postgres.NewStoreAsync();
        await open.Store.WriteAsync(new StateBatch { Entities = [.. Enumerable.Range(1, 500).Select(i => Sample.Small($"{i}")), Sample.Full("open")] }, None);

        await using var connection = await open.Source.OpenConnectionAsync(None);
        await using var transaction = await connection.BeginTransactionAsync(None);
        await using var ask = new NpgsqlCommand("select key from unfinished_entities()", connection, transaction);
        Assert.Equal("open", await ask.ExecuteScalarAsync(None));
        await using var count = new NpgsqlCommand("select seq_tup_read + idx_tup_fetch from pg_stat_xact_user_tables where relname = 'entities'", connection, transaction);
        Assert.Equal(1L, await count.ExecuteScalarAsync(None));
    }

    [Fact]
    public async Task Entity_WhoseIntentComesAndGoes_IsRewrittenWithoutTouchingAnIndex()
    {
        await using var open = await postgres.NewStoreAsync();
        var intent = Sample.Full("1").Intent!;
        var row = Sample.Small("1");
        await open.Store.WriteAsync(new StateBatch { Entities = [row] }, None);
        row = row.Written() with { Intent = intent };
        await open.Store.WriteAsync(new StateBatch { Entities = [row] }, None);
        Assert.Equal([row.Key], (await open.Store.UnfinishedAsync(None)).Select(e => e.Key));
        await open.Store.WriteAsync(new StateBatch { Entities = [row.Written() with { Intent = null }] }, None);

        Assert.Empty(await open.Store.UnfinishedAsync(None));
        await using var count = open.Source.CreateCommand("select concat(n_tup_upd, ' rewritten, ', n_tup_hot_upd, ' of them HOT') from pg_stat_user_tables where relid = 'entities'::regclass");
        await using var left = open.Source.CreateCommand("select count(*) from open_work");
        Assert.Equal(0L, await left.ExecuteScalarAsync(None));
        for (var i = 0; i < 200 && await count.ExecuteScalarAsync(None) is not "2 rewritten, 2 of them HOT"; i++) await Task.Delay(100); // the server counts up to a second late
        Assert.Equal("2 rewritten, 2 of them HOT", await count.ExecuteScalarAsync(None));
    }

    [Fact]
    public async Task List_PageByPage_GivesEveryEntityOnceInKeyOrder()
    {
        await using var open = await postgres.NewStoreAsync();
        string[] keys = ["a", "B", "ä", "1", "10", "2", "a%2Cb"];
        var second = Sample.Small("a") with { Key = new EntityKey("product", Sample.Prices, "a") };
        await open.Store.WriteAsync(new StateBatch { Entities = [.. keys.Select(Sample.Small), second, Sample.Small("gone") with { RowExists = false }] }, None);

        var seen = new List<string>();
        EntityKey? after = null;
        while (await open.Store.ListAsync(Sample.Prices, onlyExisting: true, after, 3, None) is { Count: > 0 } page)
        {
            Assert.True(page.Count <= 3);
            seen.AddRange(page.Select(e => $"{e.Key.Key}/{e.Key.Resource}"));
            after = page[^1].Key;
        }

        Assert.Equal(["1/price", "10/price", "2/price", "B/price", "a/price", "a/product", "a%2Cb/price", "ä/price"], seen);
        Assert.Equal(9, (await open.Store.ListAsync(Sample.Prices, onlyExisting: false, null, 100, None)).Count);
    }

    [Fact]
    public async Task Call_StandsUntilItIsAnswered()
    {
        await using var open = await postgres.NewStoreAsync();
        var lost = new WakeCall("a", Sample.Price("1"), "lookup_key", "gold\u00e9", "req_1", Sample.Time);
        var wake = new WakeCall("b", Sample.Price("2"), "", "", null, Sample.Time.AddMinutes(1));
        await open.Store.WriteAsync(new StateBatch { Calls = [wake, lost] }, None);
        await open.Store.WriteAsync(new StateBatch { Calls = [lost] }, None);

        Assert.Equal([lost, wake], await open.Store.CallsAsync(DateTimeOffset.MaxValue, None));
        Assert.Equal([lost], await open.Store.CallsAsync(wake.Since, None));

        await open.Store.WriteAsync(new StateBatch { CallsAnswered = ["a", "never"] }, None);
        Assert.Equal([wake], await open.Store.CallsAsync(DateTimeOffset.MaxValue, None));
    }

    [Fact]
    public async Task Parked_WaitsIsApprovedAndLeaves()
    {
        await using var open = await postgres.NewStoreAsync();
        var child = Sample.Parked("1", ParkReason.Parent, "product/7", minute: 5);
        var broad = Sample.Parked("2", minute: 1);
        await open.Store.WriteAsync(new StateBatch { Park = [Sample.Parked("1"), child, broad, Sample.Parked("3")], Unpark = [Sample.Price("3")] }, None);
        var before = await open.Store.ControlsAsync(None);

        Assert.Equal([child], await open.Store.WaitersAsync(["product/7", "product/8"], None));
        Assert.Empty(await open.Store.WaitersAsync([""], None));
        Assert.Equal([broad, child], await open.Store.ParkedAsync(reason: null, 10, None));
        Assert.Equal([broad], await open.Store.ParkedAsync(ParkReason.Breadth, 10, None));
        Assert.Equal([child], await open.Store.ParkedAsync([child.Key, Sample.Price("9")], None));
        Assert.Equal(0, await open.Store.ApproveAsync(ParkReason.Breadth, "product", None));
        Assert.Equal(1, await open.Store.ApproveAsync(ParkReason.Breadth, "price", None));
        Assert.Equal([broad with { Approved = true }], await open.Store.ParkedAsync(ParkReason.Breadth, 10, None));
        Assert.True((await open.Store.ControlsAsync(None)).Revision > before.Revision);

        await open.Store.WriteAsync(new StateBatch { Unpark = [child.Key, broad.Key] }, None);
        Assert.Empty(await open.Store.ParkedAsync(reason: null, 10, None));
    }

    [Fact]
    public async Task Parked_AnewByTheBreadthLimit_StaysApproved_ByAnythingElse_IsNot()
    {
        await using var open = await postgres.NewStoreAsync();
        var broad = Sample.Parked("1") with { Message = "other numbers" };
        var held = Sample.Parked("2", ParkReason.Held);
        await open.Store.WriteAsync(new StateBatch { Park = [Sample.Parked("1"), held] }, None);
        await open.Store.ReleaseAsync([broad.Key, held.Key], None);

        await open.Store.WriteAsync(new StateBatch { Park = [broad, held] }, None);
        Assert.Equal([broad with { Approved = true }], await open.Store.ParkedAsync([broad.Key], None));
        Assert.Equal([held], await open.Store.ParkedAsync([held.Key], None));

        await open.Store.WriteAsync(new StateBatch { Park = [Sample.Parked("1", ParkReason.NeedsPerson)] }, None);
        await open.Store.WriteAsync(new StateBatch { Park = [broad] }, None);
        Assert.Equal([broad], await open.Store.ParkedAsync([broad.Key], None));
    }

    [Fact]
    public async Task Stamp_OfAnotherAccount_AnswersTheOneThatStands()
    {
        await using var open = await postgres.NewStoreAsync();
        var mine = new StoreStamp("acct_1", "test");
        Assert.Equal(mine, await open.Store.StampAsync(mine, None));
        Assert.Equal(mine, await open.Store.StampAsync(new StoreStamp("acct_2", "live"), None));
    }

    [Fact]
    public async Task Identities_ChangeOnlyWhileNoRowOfTheResourceIsKept()
    {
        await using var open = await postgres.NewStoreAsync();
        RowIdentity byId = new("price", "public.prices", "id", ""), bySku = byId with { Key = "sku" }, other = new("product", "public.products", "id", "shop_{id}");
        Assert.Equal([byId], await open.Store.IdentifyAsync([byId], None));
        Assert.Equal([bySku, other], await open.Store.IdentifyAsync([bySku, other], None));

        await open.Store.WriteAsync(new StateBatch { Entities = [Sample.Small("1")] }, None);

        Assert.Equal([bySku], await open.Store.IdentifyAsync([byId], None));
        Assert.Equal([other with { Key = "sku" }], await open.Store.IdentifyAsync([other with { Key = "sku" }], None));
    }

    [Fact]
    public async Task Controls_Set_GrowTheirRevision()
    {
        await using var open = await postgres.NewStoreAsync();
        Assert.Equal(new Controls(false, "", false, "", 0), await open.Store.ControlsAsync(None));
        await open.Store.SetControlsAsync(new Controls(true, "deploy", true, "f00", 0), None);
        Assert.Equal(new Controls(true, "deploy", true, "f00", 1), await open.Store.ControlsAsync(None));
    }

    [Fact]
    public async Task Controls_Changed_LeaveTheRestAsOthersSaid()
    {
        await using var open = await postgres.NewStoreAsync();
        await open.Store.ChangeControlsAsync(new ControlsChange { Paused = true, PausedBecause = "deploy" }, None);
        await open.Store.ChangeControlsAsync(new ControlsChange { Adopt = true }, None);
        await open.Store.ChangeControlsAsync(new ControlsChange { CreateAll = true }, None);
        Assert.Equal(new Controls(true, "deploy", true, "", 3) { Adopt = true }, await open.Store.ControlsAsync(None));
        await open.Store.ChangeControlsAsync(new ControlsChange { Paused = false, PausedBecause = "" }, None);
        Assert.Equal(new Controls(false, "", true, "", 4) { Adopt = true }, await open.Store.ControlsAsync(None));
    }

    [Fact]
    public async Task Look_ChangesNothing_AndTellsWhatARunWouldDo()
    {
        await using var source = StateStoreSource.Create(await postgres.NewDatabaseAsync());
        Assert.Null(await PostgresStateStore.LookAsync(source, StateStoreSource.DefaultSchema, None));
        await using (var there = source.CreateCommand($"select to_regnamespace('{StateStoreSource.DefaultSchema}') is null")) Assert.Equal(true, await there.ExecuteScalarAsync());

        var opened = await PostgresStateStore.OpenAsync(source, StateStoreSource.DefaultSchema, None);
        var (store, missing) = (await PostgresStateStore.LookAsync(source, StateStoreSource.DefaultSchema, None))!.Value;
        Assert.Equal((0, null), (missing, await store.StampAsync(None)));
        await opened.StampAsync(new StoreStamp("acct_1", "test"), None);
        Assert.Equal(new StoreStamp("acct_1", "test"), await store.StampAsync(None));

        await using (var older = source.CreateCommand("delete from migrations where version = (select max(version) from migrations)")) await older.ExecuteNonQueryAsync();
        Assert.Equal(1, (await PostgresStateStore.LookAsync(source, StateStoreSource.DefaultSchema, None))!.Value.Missing);
    }

    [Fact]
    public async Task Identities_Looked_AreThoseOfRowsThatAreKept()
    {
        await using var open = await postgres.NewStoreAsync();
        var entity = Sample.Small("1");
        var identity = new RowIdentity(entity.Key.Resource, "public.prices", "sku", "");
        await open.Store.IdentifyAsync([identity], None);
        Assert.Empty(await open.Store.IdentitiesAsync([identity with { Key = "id" }], None));
        await open.Store.WriteAsync(new StateBatch { Entities = [entity] }, None);
        Assert.Equal([identity], await open.Store.IdentitiesAsync([identity with { Key = "id" }], None));
    }

    [Fact]
    public async Task Write_ThousandEntities_IsOneStatementATable()
    {
        await using var open = await postgres.NewStoreAsync();
        await open.RunAsync("""
            create sequence statements;
            create function count_statement() returns trigger language plpgsql as 'begin perform nextval(''statements''); return null; end';
            create trigger count_statement after insert on entities for each statement execute function count_statement();
            create trigger count_statement after insert on open_work for each statement execute function count_statement();
            """);
        var batch = new StateBatch { Entities = [.. Enumerable.Range(0, 1000).Select(i => Sample.Full(i.ToString("D4")))] };

        await open.Store.WriteAsync(batch, None);

        Assert.Equal(2L, await open.ScalarAsync<long>("select last_value from statements"));
        Assert.Equal(1000, (await open.Store.LoadAsync([.. batch.Entities.Select(e => e.Key)], None)).Count);
    }

    private static void AssertSame(EntityState expected, EntityState actual)
    {
        Assert.Equal(expected.Row, actual.Row);
        Assert.Equal(expected.FirstImage, actual.FirstImage);
        Assert.Equal(expected.Base.ToArray(), actual.Base.ToArray());
        Assert.Equal(expected.Predecessors.ToArray(), actual.Predecessors.ToArray());
        Assert.Equal(expected.Snapshot?.Epoch, actual.Snapshot?.Epoch);
        Assert.Equal(
            expected with { Base = actual.Base, Predecessors = actual.Predecessors, Snapshot = null }, actual with { Snapshot = null });
    }
}
