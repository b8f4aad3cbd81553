using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.State;
using CdcStripeSync.Core.Values;
using CdcStripeSync.Pipeline.Delivery;
using Xunit;

namespace CdcStripeSync.Pipeline.Tests.Delivery;

public sealed class RecentEntitiesTests
{
    private readonly RecentEntities _entities = new(8);

    [Fact]
    public void Put_MoreThanAreKept_StaysWithinTheBound()
    {
        for (var i = 0; i < 100; i++) _entities.Put(State(i));
        Assert.InRange(_entities.Count, 4, 8);
        Assert.NotNull(_entities.Find(Key(99)));
        Assert.Null(_entities.Find(Key(0)));
    }

    [Fact]
    public void Put_LargeRows_NoMoreBytesAreKeptThanTheBound()
    {
        const long MostBytes = 16L << 20;
        var entities = new RecentEntities(40_000, MostBytes);
        var text = new string('x', 100_000);
        for (var i = 0; i < 2_000; i++) entities.Put(State(i) with { Row = Row.Of(("description", ColumnValue.Of(text))) });
        Assert.InRange(entities.Count * 2L * text.Length, MostBytes / 3, MostBytes);
        Assert.NotNull(entities.Find(Key(1_999)));
        entities.Put(State(8) with { Row = Row.Of(("description", ColumnValue.Of(new string('x', 20_000_000)))) });
        Assert.NotNull(entities.Find(Key(8))); // kept alone
    }

    [Fact]
    public void Find_UsedAgainAndAgain_IsKept()
    {
        for (var i = 0; i < 100; i++)
        {
            _entities.Put(State(i));
            if (i > 0) Assert.NotNull(_entities.Find(Key(0)));
        }
    }

    [Fact]
    public void Put_AKeyOfTheOlderGeneration_TheNewStateStands()
    {
        for (var i = 0; i < 5; i++) _entities.Put(State(i));
        _entities.Put(State(0) with { Version = 7 });
        Assert.Equal(7, _entities.Find(Key(0))!.Version);
        for (var i = 10; i < 14; i++) _entities.Put(State(i));
        Assert.Equal(7, _entities.Find(Key(0))!.Version);
    }

    [Fact]
    public void Forget_InEitherGeneration_IsGone()
    {
        for (var i = 0; i < 5; i++) _entities.Put(State(i));
        _entities.Forget(Key(0));
        _entities.Forget(Key(4));
        Assert.Null(_entities.Find(Key(0)));
        Assert.Null(_entities.Find(Key(4)));
    }

    [Fact]
    public void PutNew_OneStandsAlready_AnswersThatOne()
    {
        _entities.Put(State(1) with { Version = 3 });
        Assert.Equal(3, _entities.PutNew(State(1)).Version);
        Assert.Equal(3, _entities.Find(Key(1))!.Version);
    }

    private static EntityKey Key(int row) => new("product", new TableId("public", "products"), $"{row}");

    private static EntityState State(int row) => new() { Key = Key(row) };
}
