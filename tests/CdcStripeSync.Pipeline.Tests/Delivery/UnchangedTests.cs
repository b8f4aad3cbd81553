using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.State;
using CdcStripeSync.Core.Values;
using CdcStripeSync.Pipeline.Ports;
using CdcStripeSync.Pipeline.Tests.Doubles;

namespace CdcStripeSync.Pipeline.Tests.Delivery;

/// <summary>Records that say what is settled already are passed without being decoded, and nothing else is.</summary>
public sealed class UnchangedTests
{
    private readonly Shop _shop = new() { Compares = true };

    private string? Name => _shop.Stripe["shop_1"].Members["name"] is FieldValue.Text text ? text.Value : null;

    [Fact]
    public void Update_SayingWhatIsSettled_IsNotDecodedAndItsPositionIsWritten()
    {
        InTurn(Change.Product(10, 1, "A", ChangeOp.Create), Change.Product(15, 1, "B"), Change.Product(20, 1, "B"), Change.Product(30, 1, "B"));
        Assert.Equal(2, _shop.Source.DecodedCount);
        Assert.Equal(2, _shop.Notes.Passed.Count);
        Assert.Equal(30u, _shop.State(Shop.Product(1)).Streamed!.Value.Position.Major);
        Assert.Equal(4, _shop.Source.Commits.Max(c => c.Next));
    }

    [Fact]
    public void OlderEvent_FromAnotherPartitionAfterARestart_IsStale()
    {
        InTurn(Change.Product(10, 1, "A", ChangeOp.Create), Change.Product(15, 1, "B"), Change.Product(20, 1, "B"));
        Assert.Single(_shop.Notes.Passed);
        InTurn(Change.Product(18, 1, "C") with { Partition = 1 });
        Assert.Equal("B", Name);
    }

    [Fact]
    public void Change_StillOnItsWay_HoldsUpWhatSaysTheSameAsBefore()
    {
        InTurn(Change.Product(10, 1, "A", ChangeOp.Create), Change.Product(15, 1, "B"));
        _shop.Deliver(source =>
        {
            foreach (var change in new[] { Change.Product(20, 1, "C"), Change.Product(30, 1, "B") }) change.AddTo(source);
        });
        Assert.Equal("B", Name);
        Assert.Equal(30u, _shop.State(Shop.Product(1)).Streamed!.Value.Position.Major);
        Assert.Empty(_shop.Notes.Passed);
    }

    [Fact]
    public void Repeat_OfWhatIsSettled_IsJudgedStale()
    {
        InTurn(Change.Product(10, 1, "A", ChangeOp.Create), Change.Product(15, 1, "B"), Change.Product(15, 1, "B"));
        Assert.Empty(_shop.Notes.Passed);
        Assert.Contains((Shop.Product(1), "Stale"), _shop.Notes.Verdicts);
    }

    [Fact]
    public void SnapshotRow_SayingWhatIsSettled_KeepsTheStreamedPosition()
    {
        InTurn(Change.Product(10, 1, "A", ChangeOp.Create), Change.Product(15, 1, "B"), Change.Product(40, 1, "B").Read(SnapshotKind.Incremental), Change.Product(20, 1, "B"));
        Assert.Equal(2, _shop.Notes.Passed.Count);
        Assert.Equal(20u, _shop.State(Shop.Product(1)).Streamed!.Value.Position.Major);
        Assert.Equal(40u, _shop.State(Shop.Product(1)).Snapshot!.Value.Position.Major);
    }

    /// <summary>The update's transaction was open when the snapshot read the row: it is the newer, for all its lower position.</summary>
    [Fact]
    public void PositionThatWaits_WhenRowsAreGivenUp_GoesBeforeWhatComesLater()
    {
        _shop.Deliver(source =>
        {
            Change.Product(10, 1, "A", ChangeOp.Create).AddTo(source);
            source.Then(() => Task.Delay(TimeSpan.FromSeconds(5), _shop.Time));
            Change.Product(15, 1, "B").AddTo(source);
            source.Then(() => Task.Delay(TimeSpan.FromSeconds(5.5), _shop.Time)); // between two commits
            Change.Product(160, 1, "B").Read(SnapshotKind.Incremental).AddTo(source);
            source.ThenLose(new PartitionId("elsewhere", 0), () => Task.Delay(TimeSpan.FromMilliseconds(1), _shop.Time));
            (Change.Product(155, 1, "C") with { Partition = 1 }).AddTo(source);
        });
        Assert.Single(_shop.Notes.Passed);
        Assert.Equal("C", Name);
        Assert.Equal(160u, _shop.State(Shop.Product(1)).Snapshot!.Value.Position.Major);
    }

    [Fact]
    public void ParkedRow_SayingTheSameAgain_IsDecoded()
    {
        InTurn(Change.Price(10, 1, 1, "12.00", ChangeOp.Create), Change.Price(20, 1, 1, "12.00"));
        Assert.Empty(_shop.Notes.Passed);
        Assert.Single(_shop.Parked);
    }

    [Fact]
    public void DeletedRow_ThatComesBackTheSame_IsRestored()
    {
        InTurn(Change.Product(10, 1, "A", ChangeOp.Create), Change.Product(15, 1, "B"), Change.Delete(20, "products", 1), Change.Product(30, 1, "B", ChangeOp.Create));
        Assert.Equal(new FieldValue.Boolean(true), _shop.Stripe["shop_1"].Members["active"]);
    }

    [Fact]
    public void Crash_BeforeThePositionIsWritten_ReadsTheRecordAgain()
    {
        using var stop = new CancellationTokenSource();
        InTurn(Change.Product(10, 1, "A", ChangeOp.Create), Change.Product(15, 1, "B"));
        _shop.Deliver(
            source =>
            {
                Change.Product(16, 1, "B").AddTo(source);
                source.Then(() => Task.Delay(TimeSpan.FromSeconds(5), _shop.Time));
                Change.Product(20, 1, "B").AddTo(source);
                source.Then(() =>
                {
                    stop.Cancel();
                    return Task.CompletedTask;
                });
            },
            stop.Token);
        var committed = _shop.Source.Commits.Max(c => c.Next);
        var written = _shop.State(Shop.Product(1)).Streamed!.Value.Position.Major;
        Assert.Single(_shop.Notes.Passed);
        Assert.True(committed <= 3 && written == 16 || committed == 4 && written == 20, $"committed {committed}, written {written}");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Histories_ComparedOrDecoded_EndAlike(int seed)
    {
        var passed = 0;
        for (var i = 0; i < 40; i++)
        {
            var history = History(new Random((seed * 1_000) + i));
            var decoded = new Shop();
            var compared = new Shop { Compares = true };
            foreach (var run in history)
            {
                InTurn(decoded, run);
                InTurn(compared, run);
            }

            Assert.Equal(Ends(decoded), Ends(compared));
            passed += compared.Notes.Passed.Count;
        }

        Assert.True(passed > 40, $"only {passed} records passed");
    }

    private static List<string> Ends(Shop shop) =>
        [.. shop.Store.Entities.OrderBy(e => e.Key.ToString(), StringComparer.Ordinal).Select(e =>
            $"{e.Key} {e.Phase} {e.RowExists} {e.Generation} {e.Streamed} {e.Snapshot?.Position} row {string.Join(", ", e.Row.OrderBy(c => c.Key, StringComparer.Ordinal))} base {string.Join(", ", e.Base.Select(b => $"{b.Key}={b.Value.Value}"))}"),
            .. shop.Parked.Select(p => p.Key + " " + p.Message).Order(StringComparer.Ordinal)];

    /// <summary>Runs of changes of a few rows: repeats, snapshots, deletes, key reuse, truncates, other partitions, and many that change nothing.</summary>
    private static List<List<Change>> History(Random random)
    {
        ulong lsn = 100;
        var runs = new List<List<Change>>();
        var said = new List<Change>();
        for (var run = 0; run < 3; run++)
        {
            var changes = new List<Change>();
            for (var i = 0; i < 14; i++)
            {
                lsn += (ulong)random.Next(1, 10);
                var id = random.Next(1, 3);
                var name = random.Next(4) == 0 ? "B" : "A";
                changes.Add(random.Next(14) switch
                {
                    0 => Change.Delete(lsn, "products", id),
                    1 => Change.Product(lsn, id, name).Read(random.Next(2) == 0 ? SnapshotKind.Incremental : SnapshotKind.Complete),
                    2 when said.Count > 0 => said[random.Next(said.Count)],
                    3 => Change.Price(lsn, id, random.Next(1, 3), "12.00", isDefault: random.Next(2) == 0),
                    4 or 5 => Change.Price(lsn, id, 1, random.Next(3) == 0 ? "13.00" : "12.00"),
                    6 => Change.Product(lsn, id, name, ChangeOp.Create),
                    7 => Change.Product(lsn, id, name) with { Partition = 1 },
                    8 when random.Next(6) == 0 => Change.Truncate(lsn, "products"),
                    _ => Change.Product(lsn, id, name),
                });
                said.Add(changes[^1]);
            }

            runs.Add(changes);
        }

        return runs;
    }

    private void InTurn(params IReadOnlyList<Change> changes) => InTurn(_shop, changes);

    /// <summary>Each is settled before the next is read.</summary>
    private static void InTurn(Shop shop, IReadOnlyList<Change> changes) => shop.Deliver(source =>
    {
        foreach (var change in changes)
        {
            change.AddTo(source);
            source.Then(() => Task.Delay(TimeSpan.FromSeconds(5), shop.Time));
        }
    });
}
