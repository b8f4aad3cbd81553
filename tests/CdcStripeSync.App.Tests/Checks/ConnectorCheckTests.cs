using System.Collections.Immutable;
using CdcStripeSync.App.Checks;
using CdcStripeSync.Connect.Desired;
using CdcStripeSync.Connect.Planning;

namespace CdcStripeSync.App.Tests.Checks;

public sealed class ConnectorCheckTests
{
    [Fact]
    public void Plan_OfAMariaDbConnectorThatIsAsWanted_SaysWhoLookedAtTheSource()
    {
        var finding = Assert.Single(ConnectorCheck.Judge(Plan(PlannedAction.Nothing, "io.debezium.connector.mariadb.MariaDbConnector")));
        Assert.True(finding.Ok);
        Assert.Contains("the connector's own validation", finding.What, StringComparison.Ordinal);
    }

    [Fact]
    public void Plan_ThatIsRefused_IsWrongWithItsReasonAndMend()
    {
        var finding = Assert.Single(ConnectorCheck.Judge(Plan(PlannedAction.Nothing, "x.PostgresConnector", Problem.Refusal("slot.name: taken", "give another"))));
        Assert.Equal((false, "connector shop: slot.name: taken", "give another"), (finding.Ok, finding.What, finding.Mend));
    }

    [Theory]
    [InlineData(PlannedAction.Create, "is not on the worker")]
    [InlineData(PlannedAction.Change, "differs from its file: heartbeat.interval.ms")]
    public void Plan_WithSomethingToDo_IsWrong(object action, string words) =>
        Assert.Contains(ConnectorCheck.Judge(Plan((PlannedAction)action, "x.PostgresConnector")), f => !f.Ok && f.What.Contains(words, StringComparison.Ordinal));

    private static ConnectorPlan Plan(PlannedAction action, string type, params Problem[] problems) => new(
        new DesiredConnector("shop", "shop.json", ImmutableSortedDictionary<string, string>.Empty.Add("connector.class", type)), action,
        action == PlannedAction.Change ? [new OptionChange("heartbeat.interval.ms", "0", "1000")] : [], [.. problems]);
}
