using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.Mapping;
using CdcStripeSync.Core.State;
using CdcStripeSync.Core.Values;
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
    public async Task Letters_AreSelectedMarkedAndClosed()
    {
        await using var open = await postgres.NewStoreAsync();
        await open.Store.WriteAsync(new StateBatch { DeadLetters = [Sample.Letter(1), Sample.Letter(2, Sample.Price("7")), Sample.Letter(3) with { Error = "wrong magic byte" }] }, None);
        var revision = (await open.Store.ControlsAsync(None)).Revision;

        Assert.Equal([3L], (await open.Store.LettersAsync(new LetterFilter([], Error: "MAGIC"), 10, None)).Select(l => l.Record.Origin.Offset));
        Assert.Equal([2L], (await open.Store.LettersAsync(new LetterFilter([], Resource: "price", Table: "public.prices"), 10, None)).Select(l => l.Record.Origin.Offset));
        Assert.Equal(3, (await open.Store.LettersAsync(new LetterFilter([], Table: "shop.public.prices"), 10, None)).Count);
        Assert.Empty(await open.Store.LettersAsync(new LetterFilter([], Before: Sample.Time), 10, None));
        Assert.Equal(1, await open.Store.MarkLettersAsync(new LetterFilter([LetterState.Open], Error: "magic"), LetterState.Retry, "", None));
        Assert.Equal(2, await open.Store.MarkLettersAsync(new LetterFilter([LetterState.Open]), LetterState.Closed, "discarded", None));
        Assert.True((await open.Store.ControlsAsync(None)).Revision > revision);
        await open.Store.WriteAsync(new StateBatch { DeadLetters = [Sample.Letter(1), Sample.Letter(3) with { Attempts = 2 }] }, None);

        var standing = Assert.Single(await open.Store.DeadLettersAsync(10, None));
        Assert.Equal((3L, LetterState.Open, 2), (standing.Record.Origin.Offset, standing.State, standing.Attempts));
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
    public async Task Claims_AreKeptByKindValueAndClaimant()
    {
        await using var open = await postgres.NewStoreAsync();
        var first = new Claim("lookup_key", "gold", Sample.Price("1"), Sample.At(1));
        var second = new Claim("lookup_key", "gold", Sample.Price("2"), new StreamPosition(0, default, null));
        var other = new Claim("default_price", "product/7", Sample.Price("1"), Sample.At(3));
        await open.Store.WriteAsync(new StateBatch { Claims = [first, second, other, first with { At = Sample.At(9) }] }, None);

        Assert.Equal([first with { At = Sample.At(9) }, second], await open.Store.ClaimsAsync("lookup_key", "gold", None));
        Assert.Equal([other, first with { At = Sample.At(9) }], await open.Store.ClaimsOfAsync(Sample.Price("1"), None));

        await open.Store.WriteAsync(new StateBatch { ClaimsDropped = [first with { At = Sample.At(9) }] }, None);
        Assert.Equal([second], await open.Store.ClaimsAsync("lookup_key", "gold", None));
    }

    [Fact]
    public async Task Claims_AskedForTogether_AnswerWhatEachAsksFor()
    {
        await using var open = await postgres.NewStoreAsync();
        var gold = new Claim("lookup_key", "gold", Sample.Price("1"), Sample.At(1));
        var nul = new Claim("lookup_key", "si\0lver", Sample.Price("2"), Sample.At(2));
        var standing = new Claim("default_price", "gold", Sample.Price("2"), Sample.At(3));
        await open.Store.WriteAsync(new StateBatch { Claims = [gold, nul, standing, gold with { Value = "bronze" }] }, None);

        Assert.Equal([gold, nul], await open.Store.ClaimsAsync([("lookup_key", "si\0lver"), ("lookup_key", "gold"), ("lookup_key", "none")], None));
        Assert.Equal(
            [gold with { Value = "bronze" }, gold, standing], (await open.Store.ClaimsOfAsync([Sample.Price("1"), Sample.Price("2"), Sample.Price("3")], None)).Take(3));
        Assert.Empty(await open.Store.ClaimsAsync([], None));
    }

    [Fact]
    public async Task Claim_MadeAnewSinceItWasReadAsReleased_IsNotDropped()
    {
        await using var open = await postgres.NewStoreAsync();
        var released = new Claim("lookup_key", "gold", Sample.Price("1"), new StreamPosition(-1, default, null));
        var anew = released with { At = Sample.At(9) };
        await open.Store.WriteAsync(new StateBatch { Claims = [anew] }, None);
        await open.Store.WriteAsync(new StateBatch { ClaimsDropped = [released] }, None);
        Assert.Equal([anew], await open.Store.ClaimsAsync("lookup_key", "gold", None));

        await open.Store.WriteAsync(new StateBatch { Claims = [released] }, None);
        await open.Store.WriteAsync(new StateBatch { ClaimsDropped = [anew] }, None);
        Assert.Empty(await open.Store.ClaimsAsync("lookup_key", "gold", None));
    }

    [Fact]
    public async Task DeadLetter_OfTheSameRecord_StandsOnceWithItsBytes()
    {
        await using var open = await postgres.NewStoreAsync();
        await open.Store.WriteAsync(new StateBatch { DeadLetters = [Sample.Letter(1), Sample.Letter(2, Sample.Price("1"))] }, None);
        await open.Store.WriteAsync(new StateBatch { DeadLetters = [Sample.Letter(1) with { Attempts = 2, Error = "again \0" }] }, None);

        var letters = await open.Store.DeadLettersAsync(10, None);

        Assert.Equal([2L, 1L], letters.Select(l => l.Record.Origin.Offset));
        Assert.Equal(Sample.Price("1"), letters[0].Entity);
        Assert.Null(letters[1].Entity);
        Assert.Equal((2, "again \uFFFD", "lsn:0/9", Sample.Time), (letters[1].Attempts, letters[1].Error, letters[1].Position, letters[1].At));
        Assert.Null(letters[1].Record.Key);
        Assert.Equal([0, 0, 0, 1], letters[1].Record.Value!.Value.ToArray());
        Assert.Equal(["h", "h"], letters[1].Record.Headers.Select(h => h.Key));
        Assert.Null(letters[1].Record.Headers[1].Value);
        Assert.Single(await open.Store.DeadLettersAsync(1, None));
    }

    [Fact]
    public async Task ForgetAudit_RemovesTheOldest_AndNoMoreThanAsked()
    {
        await using var open = await postgres.NewStoreAsync();
        await open.Store.WriteAsync(new StateBatch { Audit = [Sample.Audit("1", "create"), Sample.Audit("2", "update", 1), Sample.Audit("3", "update", 2), Sample.Audit("4", "update", 3)] }, None);

        Assert.Equal(2, await open.Store.ForgetAuditAsync(Sample.Time.AddMinutes(3), 2, None));
        Assert.Equal(["4", "3"], (await open.Store.AuditAsync(10, None)).Select(a => a.Entity.Key));
        Assert.Equal(1, await open.Store.ForgetAuditAsync(Sample.Time.AddMinutes(3), 2, None));
        Assert.Equal(["4"], (await open.Store.AuditAsync(10, None)).Select(a => a.Entity.Key));
    }

    [Fact]
    public async Task Audit_WrittenTwice_CountsOnce()
    {
        await using var open = await postgres.NewStoreAsync();
        var batch = new StateBatch
        {
            Audit =
            [
                Sample.Audit("1", "archive"), Sample.Audit("2", "archive", 1), Sample.Audit("3", "update", 1), Sample.Audit("4", "shadow:archive", 1),
                Sample.Audit("5", "create", 2, "product"),
            ],
        };
        await open.Store.WriteAsync(batch, None);
        await open.Store.WriteAsync(batch, None);

        var effects = await open.Store.EffectsSinceAsync(Sample.Time.AddMinutes(1), None);
        Assert.Equal(new Dictionary<(string, string), int> { [("price", "archive")] = 1, [("product", "create")] = 1 }, effects);
        Assert.Equal(batch.Audit.Reverse().Take(3), await open.Store.AuditAsync(3, None));
        Assert.Equal(5, (await open.Store.AuditAsync(100, None)).Count);
    }

    [Fact]
    public async Task OffsetsAndTablePositions_AreReplaced()
    {
        await using var open = await postgres.NewStoreAsync();
        var p0 = new PartitionId("t", 0);
        var p1 = new PartitionId("t", 1);
        await open.Store.WriteAsync(new StateBatch { Offsets = [new(p0, 5, "x"), new(p1, 1)], TablePositions = [new(Sample.Prices, 1, Sample.At(4))] }, None);
        await open.Store.WriteAsync(new StateBatch { Offsets = [new(p0, 9)], TablePositions = [new(Sample.Prices, 2, null)] }, None);

        Assert.Equal([new StoredOffset(p0, 9)], await open.Store.OffsetsAsync([p0, new PartitionId("u", 0)], None));
        Assert.Equal([new TablePosition(Sample.Prices, 2, null)], await open.Store.TablePositionsAsync(None));
    }

    [Fact]
    public async Task TablePosition_OfAnOlderTruncate_DoesNotReplaceANewerOne()
    {
        await using var open = await postgres.NewStoreAsync();
        TablePosition At(ulong lsn, long seconds) => new(Sample.Prices, 0, new StreamPosition(0, SourcePosition.OfLsn(lsn), new Instant(seconds, 0)));
        await open.Store.WriteAsync(new StateBatch { TablePositions = [At(20, 2)] }, None);
        await open.Store.WriteAsync(new StateBatch { TablePositions = [At(10, 1)] }, None);
        Assert.Equal([At(20, 2)], await open.Store.TablePositionsAsync(None));
        await open.Store.WriteAsync(new StateBatch { TablePositions = [At(30, 3)] }, None);
        Assert.Equal([At(30, 3)], await open.Store.TablePositionsAsync(None));
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
    public async Task Write_ThousandEntities_IsQuick()
    {
        await using var open = await postgres.NewStoreAsync();
        var batch = new StateBatch { Entities = [.. Enumerable.Range(0, 1000).Select(i => Sample.Full(i.ToString("D4")))] };
        var best = TimeSpan.MaxValue;
        for (var i = 0; i < 5; i++)
        {
            var started = TimeProvider.System.GetTimestamp();
            await open.Store.WriteAsync(batch, None);
            if (TimeProvider.System.GetElapsedTime(started) is var took && took < best) best = took;
        }

        Assert.True(best < TimeSpan.FromSeconds(2), $"the best of five took {best}");
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
