using CdcStripeSync.DevStack.Connector;

namespace CdcStripeSync.DevStack.Tests.Connector;

public sealed class ColumnFilterTests
{
    private static readonly TableName Products = new("public", "products");

    [Theory]
    [InlineData("public.products.(id|name)", "", "name", true)]
    [InlineData("public.products.(id|name)", "", "names", false)]
    [InlineData("public.products.(id|name),public.prices.amount", "", "amount", false)]
    [InlineData("", "public[.]products[.]cost", "cost", false)]
    [InlineData("", "public[.]products[.]cost", "name", true)]
    [InlineData("", "", "anything", true)]
    public void Column_ByTheLists_IsCapturedOrNot(string include, string exclude, string column, bool captured) =>
        Assert.Equal(captured, new ColumnFilter(List(include), List(exclude)).Captures(Products, column));

    [Fact]
    public void ShippedConfiguration_ItsColumns_AreThoseOfTheSampleMapping()
    {
        var options = ConnectorOptionsReader.Read(File.ReadAllText(Repository.File("connectors", "postgres-shop.json")), name => name == "SHOP_DB_PORT" ? "5432" : "x");
        Assert.True(options.Columns.Captures(Products, "name"));
        Assert.False(options.Columns.Captures(Products, "internal_notes"));
        Assert.False(options.Columns.Captures(new TableName("public", "customers"), "password_hash"));
    }

    private static string[] List(string text) => text.Split(',', StringSplitOptions.RemoveEmptyEntries);
}
