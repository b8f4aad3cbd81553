using CdcStripeSync.Connect.Desired;

namespace CdcStripeSync.Connect.Tests.Desired;

public sealed class ConnectorTextTests
{
    private static readonly Dictionary<string, string> Tables = new() { ["table.include.list"] = "public.products,public.\"Größen\"" };

    [Fact]
    public void Options_ThatChangeAndThatAreNew_LeaveCommentsOrderAndBlanks()
    {
        const string before = """
            // what feeds the shop
            {
              "name": "shop", /* as the slot */
              "config": {
                "table.include.list": "public.products",  // generated
                "slot.name": "shop", // ours
                "heartbeat.interval.ms": 1000 // a second
              }
            }
            """;
        Assert.Equal(
            before.Replace("\"public.products\"", "\"public.products,public.\\\"Größen\\\"\"", StringComparison.Ordinal).Replace("1000 //", "1000,\n    \"a\": \"1\" //", StringComparison.Ordinal),
            ConnectorText.With(before, new Dictionary<string, string>(Tables) { ["a"] = "1" }));
    }

    [Theory]
    [InlineData("{}", """{"table.include.list": "x"}""")]
    [InlineData("""{"a":1}""", """{"a":1, "table.include.list": "x"}""")]
    [InlineData("""{"name":"n","other":{"config":1},"config":{}}""", """{"name":"n","other":{"config":1},"config":{"table.include.list": "x"}}""")]
    [InlineData("""{"table.include.list":["y"],"config":"z"}""", """{"table.include.list":"x","config":"z"}""")]
    public void Option_IsPutWhereItBelongs(string before, string after) =>
        Assert.Equal(after, ConnectorText.With(before, new Dictionary<string, string> { ["table.include.list"] = "x" }));
}
