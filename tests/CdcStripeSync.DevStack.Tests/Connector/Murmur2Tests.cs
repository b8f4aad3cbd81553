using System.Text.Json.Nodes;
using CdcStripeSync.DevStack.Connector;

namespace CdcStripeSync.DevStack.Tests.Connector;

public sealed class Murmur2Tests
{
    [Theory]
    [InlineData("shop-default-identity")]
    [InlineData("shop-full-identity")]
    public void Partition_OfRecordedKeys_IsTheRecordedOne(string recording)
    {
        foreach (var line in File.ReadLines(Repository.File("tests", "fixtures", "debezium", recording, "records.jsonl")))
        {
            var record = JsonNode.Parse(line)!;
            if (record["key"] is { } key)
                Assert.Equal(record["partition"]!.GetValue<int>(), Murmur2.Partition(Convert.FromBase64String(key.GetValue<string>()), 3));
        }
    }
}
