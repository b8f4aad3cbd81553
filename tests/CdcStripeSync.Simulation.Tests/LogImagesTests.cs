using CdcStripeSync.Pipeline.Ports;
using CdcStripeSync.Simulation.Broker;
using CdcStripeSync.Simulation.History;
using CdcStripeSync.Simulation.Running;
using CdcStripeSync.Simulation.Scheduling;

namespace CdcStripeSync.Simulation.Tests;

/// <summary>The simulation's images say what those of real records say.</summary>
public sealed class LogImagesTests
{
    private static readonly PartitionId Partition = new("shop.public.customers", 1);
    private readonly KafkaBroker _broker = new(World.Of(new Chance(1), null), new Chance(2), partitionsEach: 2);
    private readonly LogImages _images;

    public LogImagesTests() => _images = new LogImages(_broker, SimulatedMapping.Read());

    [Theory]
    [InlineData(nameof(RowOp.Update), 21, "Ada", "later", false, true)] // the note is not mapped
    [InlineData(nameof(RowOp.Read), 21, "Ada", "", false, true)]
    [InlineData(nameof(RowOp.Read), 21, "Ada", "", true, false)] // it is routed: its table is gone through
    [InlineData(nameof(RowOp.Update), 21, "Bea", "", false, false)]
    [InlineData(nameof(RowOp.Update), 23, "Ada", "", false, false)]
    [InlineData(nameof(RowOp.Insert), 21, "Ada", "", false, false)]
    public void Record_OfARowThatWasSettled_SaysTheSameOrNot(string op, int key, string name, string note, bool endsTable, bool saysTheSame)
    {
        var settled = Append(Of(RowOp.Update, 21, "Ada", ""));
        var image = _images.Of(settled, Assert.IsType<DecodedRecord.Change>(_broker.Decode(settled.Origin)).Event);
        var record = Append(Of(Enum.Parse<RowOp>(op), key, name, note) with { IsOfCompleteSnapshot = endsTable, IsLastOfTable = endsTable });
        Assert.Equal(saysTheSame, _images.SaysTheSame(image!.Value, record, new EventStamp()));
    }

    [Fact]
    public void Record_OfARowThatMoved_HasNoImage()
    {
        var moved = Append(Of(RowOp.MovedHere, 21, "Ada", "") with { OtherKey = 23 });
        Assert.Null(_images.Of(moved, Assert.IsType<DecodedRecord.Change>(_broker.Decode(moved.Origin)).Event));
    }

    private static RowEvent Of(RowOp op, int key, string name, string note) =>
        new(1, op, "customers", key, new Dictionary<string, string?> { ["id"] = ShopDatabase.Text(key), ["email"] = "a@shop.example", ["name"] = name, ["note"] = note }, [], null, 0x10, 0);

    private SourceRecord Append(RowEvent change)
    {
        _broker.Append(change);
        return _broker.Logs[Partition].Records[^1].Record;
    }
}
