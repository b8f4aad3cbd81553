using CdcStripeSync.CrashTest.Checks;
using CdcStripeSync.Simulator;

namespace CdcStripeSync.EndToEnd.Tests.Crashes;

/// <summary>The crash test's look at what is written can fail.</summary>
public sealed class WriteCheckTests
{
    [Fact]
    public void Delete_OfAnything_IsNeverRight()
    {
        Assert.Null(WriteCheck.Deleted([Request("POST"), Request("GET")]));
        Assert.Equal("deleted", WriteCheck.Deleted([Request("POST"), Request("DELETE")])?.Invariant);
    }

    [Fact]
    public void Write_WhenAllHadSettled_IsOneTooMany()
    {
        var settled = new[] { Request("POST"), Request("GET") };
        var count = WriteCheck.Count(settled);
        Assert.Null(WriteCheck.Beyond(count, [.. settled, Request("GET")]));
        Assert.Equal("written when all had settled", WriteCheck.Beyond(count, [.. settled, Request("POST")])?.Invariant);
    }

    private static RequestLogEntry Request(string method) => new(method, "/v1/customers/cus_1", [], null, 200, default, "req_1", null, false);
}
